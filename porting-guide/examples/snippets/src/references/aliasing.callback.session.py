# guide: hide
import aliasing

a = aliasing.Account()

# guide: show
a.audit(lambda: a.balance)
