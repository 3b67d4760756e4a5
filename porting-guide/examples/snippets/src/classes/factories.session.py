# guide: hide
import factories

# guide: show
factories.Pet(3)
