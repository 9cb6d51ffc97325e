// A board of cells that a person switches on and off with a mouse, a pen, a finger or the keyboard.
// The map of cells is a text such as "8x8.183c3c…": rows, columns, its bits in hexadecimal. It goes
// to the page when the pen is lifted or a key is pressed; the page answers with new data.

const PATIENCE = 1500 // milliseconds in which an older answer may not undo what was just drawn
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }
const boards = new WeakMap()

function decode(text) {
  const [size, hex] = text.split(".")
  const [rows, columns] = size.split("x").map(Number)
  const cells = new Uint8Array(rows * columns)
  for (let i = 0; i < cells.length; i++)
    cells[i] = (parseInt(hex.substr(2 * (i >> 3), 2), 16) >> (7 - (i & 7))) & 1
  return { rows, columns, cells }
}

function encode({ rows, columns, cells }) {
  const bytes = new Uint8Array(Math.ceil(cells.length / 8))
  cells.forEach((on, i) => (bytes[i >> 3] |= on << (7 - (i & 7))))
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")
  return `${rows}x${columns}.${hex}`
}

function photograph({ photo, height, width }) {
  const levels = Uint8Array.from(atob(photo), (letter) => letter.charCodeAt(0))
  const picture = new ImageData(width, height)
  levels.forEach((level, i) => picture.data.set([level, level, level, 255], 4 * i))
  const canvas = Object.assign(document.createElement("canvas"), { width, height })
  canvas.getContext("2d").putImageData(picture, 0, 0)
  return canvas
}

class Board {
  constructor(root) {
    this.canvas = root.querySelector("canvas")
    this.output = root.querySelector("output")
    this.cursor = [0, 0]
    this.pending = [] // texts that were sent and not yet answered
    const { canvas } = this
    canvas.onpointerdown = (event) => this.begin(event)
    canvas.onpointermove = (event) => this.go(event)
    canvas.onpointerup = canvas.onpointercancel = () => this.end()
    canvas.onkeydown = (event) => this.press(event)
    canvas.onblur = () => this.keys(false)
    new ResizeObserver(() => this.draw()).observe(canvas)
  }

  show(data, send) {
    this.send = send
    this.data = data
    this.photo = photograph(data)
    this.canvas.setAttribute("aria-label", data.label)
    const answered = this.pending.indexOf(data.cells)
    if (answered >= 0) this.pending.splice(0, answered + 1)
    else if (performance.now() - this.sentAt > PATIENCE) this.pending = []
    if (this.pending.length) setTimeout(() => this.show(this.data, this.send), PATIENCE)
    else if (!this.down) this.map = decode(data.cells)
    this.draw()
  }

  tell() {
    const text = encode(this.map)
    if (text === this.data.cells) return
    this.pending.push(text)
    this.sentAt = performance.now()
    this.send("drawn", text)
  }

  cellAt(event) {
    const box = this.canvas.getBoundingClientRect()
    const row = Math.floor(((event.clientY - box.top) / box.height) * this.map.rows)
    const column = Math.floor(((event.clientX - box.left) / box.width) * this.map.columns)
    return [this.inside(row, this.map.rows), this.inside(column, this.map.columns)]
  }

  inside(index, count) {
    return Math.min(Math.max(index, 0), count - 1)
  }

  begin(event) {
    if (event.button) return
    this.canvas.setPointerCapture(event.pointerId)
    this.down = true
    this.keys(false)
    this.cursor = this.cellAt(event)
    const [row, column] = this.cursor
    this.ink = 1 - this.map.cells[row * this.map.columns + column]
    this.line(this.cursor)
  }

  go(event) {
    if (this.down) for (const step of event.getCoalescedEvents()) this.line(this.cellAt(step))
  }

  // A quick pen leaves no gaps: every cell between two of its places is inked.
  line([row, column]) {
    const [top, left] = this.cursor
    const steps = Math.max(Math.abs(row - top), Math.abs(column - left), 1)
    for (let i = 0; i <= steps; i++) {
      const r = Math.round(top + ((row - top) * i) / steps)
      const c = Math.round(left + ((column - left) * i) / steps)
      this.map.cells[r * this.map.columns + c] = this.ink
    }
    this.cursor = [row, column]
    this.draw()
  }

  end() {
    if (!this.down) return
    this.down = false
    this.tell()
  }

  press(event) {
    if (event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return
    const [row, column] = this.cursor
    if (event.key in MOVES) {
      const [down, right] = MOVES[event.key]
      const { rows, columns } = this.map
      this.cursor = [this.inside(row + down, rows), this.inside(column + right, columns)]
    } else if (event.key === " " || event.key === "Enter") {
      this.map.cells[row * this.map.columns + column] ^= 1
      this.tell()
    } else return
    event.preventDefault()
    event.stopPropagation()
    this.keys(true)
    this.say()
  }

  keys(used) {
    this.typing = used
    this.draw()
  }

  say() {
    const [row, column] = this.cursor
    const on = this.map.cells[row * this.map.columns + column]
    this.output.textContent = `Row ${row}, column ${column}: ${on ? "on" : "off"}.`
  }

  draw() {
    const { canvas, map, data } = this
    const box = canvas.getBoundingClientRect()
    if (!map || !box.width) return
    canvas.style.aspectRatio = `${map.columns} / ${map.rows}`
    const scale = window.devicePixelRatio || 1
    const [width, height] = [Math.round(box.width * scale), Math.round(box.height * scale)]
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
    const pen = canvas.getContext("2d")
    const [across, down] = [width / map.columns, height / map.rows]
    const cell = (row, column) => [column * across, row * down, across, down]
    pen.globalAlpha = 1
    pen.imageSmoothingEnabled = false
    pen.drawImage(this.photo, 0, 0, width, height)
    pen.fillStyle = data.veil
    pen.globalAlpha = 0.55
    pen.fillRect(0, 0, width, height)
    pen.globalAlpha = 0.9
    pen.fillStyle = data.ink
    for (let row = 0; row < map.rows; row++)
      for (let column = 0; column < map.columns; column++)
        if (map.cells[row * map.columns + column]) pen.fillRect(...cell(row, column))
    pen.globalAlpha = 0.5
    pen.fillStyle = data.line
    for (let row = 1; row < map.rows; row++) pen.fillRect(0, Math.round(row * down), width, 1)
    for (let column = 1; column < map.columns; column++)
      pen.fillRect(Math.round(column * across), 0, 1, height)
    pen.globalAlpha = 1
    pen.lineWidth = 2.5 * scale
    pen.strokeStyle = data.ring
    pen.strokeRect(...cell(...data.pixel))
    if (this.typing) {
      pen.strokeStyle = data.text
      pen.strokeRect(...cell(...this.cursor))
    }
  }
}

export default function ({ data, parentElement, setStateValue }) {
  if (!boards.has(parentElement)) boards.set(parentElement, new Board(parentElement))
  boards.get(parentElement).show(data, setStateValue)
}
