# What training and inference have in common. A small base stands in for one with CUDA.
FROM busybox:1.36@sha256:73aaf090f3d85aa34ee199857f03fa3a95c8ede2ffd4cc2cdb5b94e566b11662
COPY vision/ /opt/vision/
ENV PATH=/opt/vision:$PATH

# A number, so that no user need be created, and Kubernetes can tell that it is not root.
USER 10001:10001
