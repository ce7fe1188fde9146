FROM localhost:5000/cv/training:latest@sha256:0000000000000000000000000000000000000000000000000000000000000000 AS model
RUN ./train pictures >/tmp/day-or-night.model

FROM localhost:5000/cv/base:latest@sha256:0000000000000000000000000000000000000000000000000000000000000000

COPY --from=model /tmp/day-or-night.model /srv/
COPY inference/ /srv/

EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=2s \
  CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/cgi-bin/health"]
CMD ["httpd", "-f", "-p", "8080", "-h", "/srv"]
