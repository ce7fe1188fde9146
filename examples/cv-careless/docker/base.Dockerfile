FROM python:3.12-slim
MAINTAINER Ada <ada@example.com>

RUN apt-get update
RUN apt-get install -y ffmpeg libgl1

ENV DATASET_PASSWORD=sesame
