from explorer.ui.arena import page

page.draw()
