// A board on which the modes of a mixture are placed with a mouse, a pen, a finger or the keyboard.
// A mode is [x, y, weight]. The text "x,y,weight; x,y,weight" goes to the page when a change is
// over: the pen is lifted, or the keys and the wheel have rested. The page answers with new data.

const MOST = 24
const WEIGHTS = [0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10]
const REST = 350 // milliseconds after which a change by keys or wheel is over
const PATIENCE = 2500 // milliseconds in which an older answer may not undo what was just changed
const SLACK = 3 // pixels that a press may wander without being a drag
const MOVES = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }
const HELP = "Click to add one, drag to move it, double-click to remove it."
const boards = new WeakMap()

function tidy(number) {
  return String(Math.round(number * 100) / 100 || 0)
}

function asText(modes) {
  const weigh = (weight) => String(Number(weight.toPrecision(4)))
  return modes.map(([x, y, weight]) => `${tidy(x)},${tidy(y)},${weigh(weight)}`).join("; ")
}

function spoken(number) {
  return tidy(number).replace("-", "−")
}

class Board {
  constructor(root) {
    this.canvas = root.querySelector("canvas")
    this.output = root.querySelector("output")
    this.chosen = -1
    this.pending = [] // texts that were sent and not yet answered
    this.listen(root)
    this.watch = new ResizeObserver(() => this.draw())
    this.watch.observe(this.canvas)
  }

  listen(root) {
    const { canvas } = this
    canvas.onpointerdown = (event) => this.begin(event)
    canvas.onpointermove = (event) => this.go(event)
    canvas.onpointerup = canvas.onpointercancel = () => this.end()
    canvas.ondblclick = () => this.twice()
    canvas.onkeydown = (event) => this.press(event)
    canvas.onfocus = () => this.enter()
    canvas.onblur = () => this.leave()
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false })
    const on = (name, act) => (root.querySelector(`[name=${name}]`).onclick = act)
    on("lighter", () => this.weigh(-1))
    on("heavier", () => this.weigh(1))
    on("remove", () => this.remove())
    on("add", () => this.add())
    this.buttons = root.querySelectorAll("[name=lighter], [name=heavier], [name=remove]")
    this.more = root.querySelector("[name=add]")
  }

  show(data, send) {
    this.send = send
    this.data = data
    this.canvas.setAttribute("aria-label", data.label)
    const answered = this.pending.indexOf(asText(data.modes))
    if (answered >= 0) this.pending.splice(0, answered + 1)
    else if (performance.now() - this.sentAt > PATIENCE) this.pending = []
    clearTimeout(this.later)
    const again = () => this.show(this.data, this.send)
    if (this.pending.length) this.later = setTimeout(again, PATIENCE)
    else if (!this.down && !this.resting) this.adopt()
    this.draw()
  }

  // Take the page's modes; what is chosen stays chosen, unless these are other modes altogether.
  adopt() {
    const { modes } = this.data
    if (this.modes && asText(modes) === asText(this.modes)) return
    this.modes = modes.map((mode) => [...mode])
    this.chosen = -1
    this.output.textContent = `${this.count()} ${HELP}`
  }

  tell() {
    clearTimeout(this.resting)
    this.resting = undefined
    const text = asText(this.modes)
    const last = this.pending.length ? this.pending.at(-1) : asText(this.data.modes)
    if (text === last) return
    this.pending.push(text)
    this.sentAt = performance.now()
    this.send("changed", text)
  }

  tellSoon() {
    clearTimeout(this.resting)
    this.resting = setTimeout(() => this.tell(), REST)
  }

  stop() {
    clearTimeout(this.resting)
    clearTimeout(this.later)
    this.watch.disconnect()
  }

  // --- places on the square

  radius([, , weight]) {
    const most = Math.max(...this.modes.map((mode) => mode[2]))
    const wide = this.canvas.getBoundingClientRect().width
    return (4 + 6 * Math.sqrt(weight / most)) * Math.min(1, 0.25 + wide / 512)
  }

  placeOf(event) {
    const box = this.canvas.getBoundingClientRect()
    const { limits } = this.data
    return [
      (((event.clientX - box.left) / box.width) * 2 - 1) * limits,
      (1 - ((event.clientY - box.top) / box.height) * 2) * limits,
    ]
  }

  inside(value) {
    const { limits } = this.data
    return Math.round(Math.min(Math.max(value, -limits), limits) * 100) / 100
  }

  // The place on the board nearest to (x, y), or just beside it where another mode is.
  free(x, y, mode) {
    const place = [this.inside(x), this.inside(y)]
    const step = place[0] > 0 ? -0.01 : 0.01
    const here = (one) => tidy(one[0]) === tidy(place[0]) && tidy(one[1]) === tidy(place[1])
    while (this.modes.some((one) => one !== mode && here(one))) place[0] = this.inside(place[0] + step)
    return place
  }

  modeAt([x, y], finger) {
    const pixel = (2 * this.data.limits) / this.canvas.getBoundingClientRect().width
    let [found, nearest] = [-1, Infinity]
    this.modes.forEach((mode, k) => {
      const distance = Math.hypot(mode[0] - x, mode[1] - y) / pixel - this.radius(mode)
      if (distance < (finger ? 14 : 5) && distance < nearest) [found, nearest] = [k, distance]
    })
    return found
  }

  // --- mouse, pen, finger

  begin(event) {
    if (event.button || !event.isPrimary) return
    this.canvas.setPointerCapture(event.pointerId)
    const place = this.placeOf(event)
    const found = this.modeAt(place, event.pointerType === "touch")
    if (found < 0 && !this.add(place)) return
    if (found >= 0) this.choose(found)
    const mode = this.modes[this.chosen]
    const grip = [place[0] - mode[0], place[1] - mode[1]]
    this.down = { from: [event.clientX, event.clientY], grip }
  }

  go(event) {
    if (!this.down) return
    const { from, grip } = this.down
    if (!this.down.moves)
      this.down.moves = Math.hypot(event.clientX - from[0], event.clientY - from[1]) > SLACK
    if (!this.down.moves) return
    const [x, y] = this.placeOf(event)
    this.move(x - grip[0], y - grip[1])
  }

  end() {
    if (!this.down) return
    this.down = undefined
    this.tell()
  }

  // The second click removes what was there before the first one.
  twice() {
    if (performance.now() - this.addedAt > 700 || this.addedAt === undefined) this.remove()
  }

  wheel(event) {
    if (this.canvas.getRootNode().activeElement !== this.canvas || this.chosen < 0) return
    event.preventDefault()
    this.turned = (this.turned ?? 0) + event.deltaY
    if (Math.abs(this.turned) < 40) return
    this.weigh(this.turned > 0 ? -1 : 1)
    this.turned = 0
  }

  // --- keys

  press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    if (!this.acts(event)) return
    event.preventDefault()
    event.stopPropagation()
  }

  acts({ key, shiftKey }) {
    if (key === "Tab") return this.next(shiftKey ? -1 : 1)
    if (key === "Escape") return this.release()
    if (key === "n" || key === "N") return this.add(), true
    if (this.chosen < 0) return key in MOVES && this.choose(0)
    if (key in MOVES) {
      const [x, y] = this.modes[this.chosen]
      const step = shiftKey ? 0.25 : 0.05
      this.move(x + step * MOVES[key][0], y + step * MOVES[key][1])
      this.tellSoon()
    } else if (key === "Delete" || key === "Backspace") this.remove()
    else if (key === "+" || key === "=") this.weigh(1)
    else if (key === "-" || key === "_") this.weigh(-1)
    else return false
    return true
  }

  // Tab goes from mode to mode and leaves the board after the last one, or at once after Escape.
  next(way) {
    const to = this.chosen < 0 && way < 0 ? this.modes.length - 1 : this.chosen + way
    if (this.released || to < 0 || to >= this.modes.length) return false
    return this.choose(to)
  }

  release() {
    if (this.chosen < 0) return false
    this.released = true
    this.choose(-1)
    this.output.textContent = "Nothing is selected. Tab leaves the board."
    return true
  }

  enter() {
    this.released = false
  }

  leave() {
    if (this.resting) this.tell()
  }

  // --- what changes

  choose(k) {
    this.chosen = k
    if (k >= 0) this.say("selected")
    this.draw()
    return true
  }

  add(place) {
    if (this.modes.length >= MOST) {
      this.output.textContent = `There are ${MOST} modes, and no room for more.`
      return false
    }
    let [x, y] = place ?? [0, 0]
    const crowded = () => this.modes.some((mode) => Math.hypot(mode[0] - x, mode[1] - y) < 0.1)
    while (!place && crowded()) x += 0.25
    this.modes.push([...this.free(x, y), 1])
    if (place) this.addedAt = performance.now()
    this.choose(this.modes.length - 1)
    this.say("added")
    if (!place) this.tellSoon()
    return true
  }

  move(x, y) {
    const mode = this.modes[this.chosen]
    const before = asText([mode])
    ;[mode[0], mode[1]] = this.free(x, y, mode)
    if (asText([mode]) !== before) this.addedAt = undefined
    this.say("moved")
    this.draw()
  }

  weigh(way) {
    const mode = this.modes[this.chosen]
    if (!mode) return
    const above = WEIGHTS.find((weight) => weight > mode[2] + 1e-9) ?? mode[2]
    const below = WEIGHTS.findLast((weight) => weight < mode[2] - 1e-9) ?? mode[2]
    mode[2] = way > 0 ? above : below
    this.say("has a new weight")
    this.draw()
    this.tellSoon()
  }

  remove() {
    if (this.chosen < 0) return
    if (this.modes.length === 1) {
      this.output.textContent = "The last mode stays."
      return
    }
    this.modes.splice(this.chosen, 1)
    this.chosen = -1
    this.output.textContent = `Removed. ${this.count()}`
    this.draw()
    this.tell()
  }

  count() {
    const { length } = this.modes
    return length === 1 ? "There is 1 mode." : `There are ${length} modes.`
  }

  say(what) {
    const [x, y, weight] = this.modes[this.chosen].map(spoken)
    const place = `(${x}, ${y}), weight ${weight}`
    this.output.textContent = `Mode ${this.chosen + 1} of ${this.modes.length} ${what}: ${place}.`
  }

  // --- the picture

  draw() {
    for (const button of this.buttons) button.disabled = this.chosen < 0
    if (!this.modes) return
    this.more.disabled = this.modes.length >= MOST
    const { pen, scale, side } = ready(this.canvas)
    if (!pen) return
    const { std, limits, accent } = this.data
    pen.drawImage(shading(density(this.modes, std, limits), FINE, accent, 0.75), 0, 0, side, side)
    this.axes(pen, scale, side)
    const at = ([x, y]) => [((x / limits + 1) * side) / 2, ((1 - y / limits) * side) / 2]
    this.modes.forEach((mode, k) => this.mark(pen, scale, at(mode), mode, k === this.chosen))
  }

  axes(pen, scale, side) {
    const { limits, muted } = this.data
    const unit = side / (2 * limits)
    pen.fillStyle = pen.strokeStyle = muted
    pen.font = `${13 * scale}px ${getComputedStyle(this.canvas).fontFamily}`
    for (let k = -Math.ceil(limits) + 1; k < limits; k++) {
      pen.globalAlpha = k ? 0.18 : 0.5
      const [across, up] = [Math.round(side / 2 + k * unit), Math.round(side / 2 - k * unit)]
      pen.fillRect(across, 0, scale, side)
      pen.fillRect(0, up, side, scale)
      pen.globalAlpha = 1
      const sign = String(k).replace("-", "−")
      pen.textAlign = "center"
      pen.fillText(sign, across, side - 5 * scale)
      pen.textAlign = "left"
      if (k) pen.fillText(sign, 5 * scale, up + 4.5 * scale)
    }
  }

  mark(pen, scale, [x, y], mode, chosen) {
    const { background, text, second } = this.data
    pen.beginPath()
    pen.arc(x, y, this.radius(mode) * scale, 0, 2 * Math.PI)
    pen.fillStyle = chosen ? second : background
    pen.fill()
    pen.lineWidth = 5 * scale
    pen.strokeStyle = background
    pen.stroke()
    pen.lineWidth = 2 * scale
    pen.strokeStyle = chosen ? second : text
    pen.stroke()
    if (!chosen) return
    pen.beginPath()
    pen.arc(x, y, (this.radius(mode) + 5) * scale, 0, 2 * Math.PI)
    pen.stroke()
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  if (!boards.has(parentElement)) boards.set(parentElement, new Board(parentElement))
  const board = boards.get(parentElement)
  board.show(data, setTriggerValue)
  return () => board.stop()
}
