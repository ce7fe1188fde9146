# Cross-compiles for Android.
FROM localhost:5000/manage-images/base@sha256:0000000000000000000000000000000000000000000000000000000000000000

LABEL org.opencontainers.image.title="android" \
      org.opencontainers.image.description="Tools to build for Android"

ENV ANDROID_API=34 \
    ANDROID_NDK=/opt/android-ndk

COPY dockerfiles/context/android/toolchain.properties ${ANDROID_NDK}/
COPY dockerfiles/context/android/android.version /etc/versions.d/
