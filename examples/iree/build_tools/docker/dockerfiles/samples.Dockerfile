FROM localhost:5000/iree/swiftshader@sha256:0000000000000000000000000000000000000000000000000000000000000000

# The script names this image by its own digest, and the image is up to date all the same.
COPY samples/ /samples/
CMD ["/samples/run.sh"]
