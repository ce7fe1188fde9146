FROM localhost:5000/iree/perf@sha256:0000000000000000000000000000000000000000000000000000000000000000

WORKDIR /opt/mmperf
COPY build_tools/benchmarks/mmperf_backends.txt backends.txt
RUN while read -r name version; do install_program "${name}" "${version}"; done <backends.txt

WORKDIR /
