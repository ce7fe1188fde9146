FROM localhost:5000/cv/base:latest@sha256:0000000000000000000000000000000000000000000000000000000000000000

WORKDIR /opt/training
# The pictures change less often than the code.
COPY training/pictures/ pictures/
COPY training/train ./

ENTRYPOINT ["./train"]
CMD ["pictures"]
