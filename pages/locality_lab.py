from explorer.ui import locality

locality.draw()
