# guide: hide
import tally

# guide: show
t = tally.Tally()
[t.add(word) for word in ("a", "b", "b")]
t.most()
t.add([])
