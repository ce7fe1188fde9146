open("model.bin", "w").close()
