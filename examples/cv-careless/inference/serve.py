print("serving /srv/model.bin")
