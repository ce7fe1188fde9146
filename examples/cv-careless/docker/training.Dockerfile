FROM localhost:5000/cv-careless/base:latest

WORKDIR app
COPY . .
run pip install -r training/requirements.txt

CMD ["python", "training/train.py"]
CMD ['python', 'training/train.py', '--epochs=10']
