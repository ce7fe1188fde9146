FROM localhost:5000/iree/android@sha256:0000000000000000000000000000000000000000000000000000000000000000

WORKDIR /install-python
COPY integrations/tensorflow/test/requirements.txt build_tools/docker/context/install_python_deps.sh ./
RUN ./install_python_deps.sh requirements.txt

WORKDIR /
