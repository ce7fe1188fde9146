# Serves the sample pages, for a look at them in a browser.
FROM localhost:5000/manage-images/frontends-swiftshader@sha256:0000000000000000000000000000000000000000000000000000000000000000

LABEL org.opencontainers.image.title="samples" \
      org.opencontainers.image.description="Sample pages, served on port 8080"

COPY dockerfiles/context/samples/ /srv/samples/

EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=3s CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/"]
CMD ["httpd", "-f", "-p", "8080", "-h", "/srv/samples"]
