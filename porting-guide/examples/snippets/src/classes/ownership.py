import warnings

from ownership import Note, archive, close, open, shout

warnings.simplefilter("ignore")
note = Note()
note.text = "hello"
print(shout(note), note.text, archive(note))
file = open("a.txt")
print(file.path, close(file))
for gone, function in (note, archive), (file, close):
    try:
        function(gone)
    except TypeError as error:
        print(error)
