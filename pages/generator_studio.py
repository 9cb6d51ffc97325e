from explorer.ui import studio

studio.draw()
