# What the front ends need, on top of all that is needed to build for Android.
FROM localhost:5000/manage-images/android@sha256:0000000000000000000000000000000000000000000000000000000000000000

LABEL org.opencontainers.image.title="frontends" \
      org.opencontainers.image.description="Front ends of the compiler"

COPY dockerfiles/context/frontends/requirements.txt /opt/frontends/
COPY dockerfiles/context/frontends/frontends.version /etc/versions.d/
