from explorer.ui import home

home.draw()
