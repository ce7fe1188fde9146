# What every image of this repository has: a user that is not root, and `versions`, which lists what an image holds.
FROM busybox:1.36

LABEL org.opencontainers.image.title="base" \
      org.opencontainers.image.description="The base of all images of this repository"

COPY --chmod=755 dockerfiles/context/base/versions /usr/local/bin/versions
COPY dockerfiles/context/base/base.version /etc/versions.d/

# The number, because not every base image names its unprivileged user alike.
USER 65534:65534
CMD ["versions"]
