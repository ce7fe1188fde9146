FROM localhost:5000/iree/base@sha256:0000000000000000000000000000000000000000000000000000000000000000

WORKDIR /opt/gradle
COPY runtime/bindings/tflite/java/gradle.properties ./
RUN install_program gradle "$(sed -n 's/^gradleVersion=//p' gradle.properties)"

WORKDIR /
