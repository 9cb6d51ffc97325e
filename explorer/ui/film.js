// A field and its mask at several noise levels: small pictures in a row, one of them large, and a
// button that walks through them. All frames arrive at once, packed; nothing is asked of the page.

const PACE = 700 // milliseconds a frame
const films = new WeakMap()

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...children)
  return made
}

function colour(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16))
}

async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

class Film {
  constructor(root) {
    this.large = root.querySelector("canvas")
    this.strip = root.querySelector(".strip")
    this.words = root.querySelector("output")
    this.button = root.querySelector("[name=play]")
    this.button.onclick = () => (this.timer ? this.stop() : this.play())
    new ResizeObserver(() => this.draw()).observe(root.querySelector(".film"))
  }

  async show(data) {
    const packed = data.packed
    this.wanted = packed
    const bytes = await unpack(packed)
    if (this.wanted !== packed) return // newer frames have arrived meanwhile
    this.data = data
    this.bytes = bytes
    if (this.start !== data.start) this.shown = this.start = data.start
    this.strip.style.setProperty("--frames", data.frames.length)
    this.thumbs = data.frames.map((frame, k) => {
      const canvas = element("canvas", {})
      const label = element("span", { textContent: frame.label })
      const thumb = element("button", { type: "button", onclick: () => this.choose(k) }, canvas, label)
      thumb.setAttribute("aria-label", frame.words)
      return thumb
    })
    this.strip.replaceChildren(...this.thumbs)
    this.draw()
  }

  choose(k) {
    this.stop()
    this.turn(k)
  }

  play() {
    this.button.textContent = "Stop"
    this.turn(0)
    this.timer = setInterval(() => {
      if (this.shown + 1 < this.data.frames.length) this.turn(this.shown + 1)
      else this.stop()
    }, PACE)
  }

  stop() {
    clearInterval(this.timer)
    this.timer = undefined
    this.button.textContent = "Play"
  }

  turn(k) {
    this.shown = k
    this.draw()
  }

  // Frame k: first its field, one signed byte a pixel, then its mask, one byte a pixel.
  picture(k) {
    const { width, height, levels, low, middle, high } = this.data
    const size = width * height
    const field = new Int8Array(this.bytes.buffer, 2 * k * size, size)
    const ends = [colour(low), colour(middle), colour(high)]
    const image = new ImageData(width, height)
    field.forEach((value, i) => {
      const part = Math.abs(value) / levels
      const end = value < 0 ? ends[0] : ends[2]
      const rgb = ends[1].map((zero, c) => Math.round(zero + part * (end[c] - zero)))
      image.data.set([...rgb, 255], 4 * i)
    })
    const canvas = element("canvas", { width, height })
    canvas.getContext("2d").putImageData(image, 0, 0)
    return canvas
  }

  draw() {
    if (!this.bytes) return
    this.thumbs.forEach((thumb, k) => {
      thumb.setAttribute("aria-pressed", k === this.shown)
      this.paint(thumb.firstChild, k, 1)
    })
    this.paint(this.large, this.shown, 2)
    const { words } = this.data.frames[this.shown]
    this.large.setAttribute("aria-label", words)
    this.words.textContent = words
  }

  paint(canvas, k, line) {
    const { width, height } = this.data
    canvas.style.aspectRatio = `${width} / ${height}`
    const box = canvas.getBoundingClientRect()
    if (!box.width) return
    const scale = window.devicePixelRatio || 1
    canvas.width = Math.round(box.width * scale)
    canvas.height = Math.round((box.width * scale * height) / width)
    const pen = canvas.getContext("2d")
    pen.imageSmoothingEnabled = false
    pen.drawImage(this.picture(k), 0, 0, canvas.width, canvas.height)
    pen.strokeStyle = this.data.line
    pen.lineWidth = line * scale
    this.outline(pen, k, canvas.width / width, canvas.height / height)
    if (line > 1) {
      const [row, column] = this.data.pixel
      const [across, down] = [canvas.width / width, canvas.height / height]
      pen.lineWidth = 3 * scale
      pen.strokeStyle = this.data.ring
      pen.strokeRect(column * across, row * down, across, down)
    }
  }

  outline(pen, k, across, down) {
    const { width, height } = this.data
    const size = width * height
    const mask = this.bytes.subarray((2 * k + 1) * size, (2 * k + 2) * size)
    const on = (row, column) =>
      row >= 0 && column >= 0 && row < height && column < width && mask[row * width + column] > 0
    pen.beginPath()
    for (let row = 0; row <= height; row++)
      for (let column = 0; column <= width; column++) {
        const here = on(row, column)
        const [x, y] = [column * across, row * down]
        if (here !== on(row - 1, column)) pen.moveTo(x, y), pen.lineTo(x + across, y)
        if (here !== on(row, column - 1)) pen.moveTo(x, y), pen.lineTo(x, y + down)
      }
    pen.stroke()
  }
}

export default function ({ data, parentElement }) {
  if (!films.has(parentElement)) films.set(parentElement, new Film(parentElement))
  const film = films.get(parentElement)
  film.show(data)
  return () => film.stop()
}
