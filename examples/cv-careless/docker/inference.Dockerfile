FROM python:3.12-slim AS pictures
COPY inference/ /pictures/

FROM localhost:5000/cv-careless/training:latest AS model
RUN python training/train.py && \

    mv model.bin /model.bin

FROM localhost:5000/cv-careless/base:latest AS Model
# manage-images: lint-ignore root -- the port is below 1024
COPY --from=1 /model.bin /srv/
COPY inference/ /srv/

EXPOSE 80/tpc
CMD ["python", "/srv/serve.py"]
