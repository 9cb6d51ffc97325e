// Samples on their way from noise to data: a square for each sampler, one scrubber for all. All
// states arrive at once, packed, each divided by f = sqrt(1 + sigma^2 / spread^2); nothing is asked
// of the page while they are played. Place p on the scrubber runs from 0 (noise) to 1 (data) and is
// linear in ln sigma; a last noise level of 0 stands at half of the smallest one above it.

const SECONDS = 7 // of a whole flight at normal speed
const JUMPS = 8 // pictures of a flight for whoever wants little motion
const PAUSE = 0.9 // seconds of each of them
const TAIL = [10, 0.012] // pieces of a trail, and the length of one on the scrubber
const flights = new WeakMap()

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...children)
  return made
}

async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

// Low bytes, then high bytes, of differences; see the packing on the other side.
function decode(bytes, data) {
  const half = bytes.length / 2
  const row = 2 * data.points
  const found = []
  let at = 0
  for (const { states } of data.flights) {
    const steps = new Int16Array(states * row)
    for (let i = 0; i < steps.length; i++, at++) {
      const before = i >= row ? steps[i - row] : found.length ? found[0][i] : 0
      steps[i] = before + (bytes[at] | (bytes[half + at] << 8))
    }
    found.push(steps)
  }
  return found.map((steps) => Float32Array.from(steps, (step) => step * data.step))
}

function written(sigma) {
  if (!sigma) return "0"
  return sigma >= 0.1 ? sigma.toFixed(2) : sigma.toPrecision(2)
}

class Play {
  constructor(root) {
    const find = (what) => root.querySelector(what)
    this.bar = find(".bar")
    this.squares = find(".squares")
    this.words = find("output")
    this.button = find("[name=play]")
    this.speed = find("[name=speed]")
    this.level = find("[type=range]")
    this.label = find(".level label")
    this.scaled = find("[name=scaled]")
    this.place = 1
    this.chosen = -1
    this.button.onclick = () => (this.frame ? this.pause() : this.play())
    this.level.oninput = () => {
      this.pause()
      this.turn(this.level.value / 1000)
    }
    this.scaled.onchange = () => this.draw()
    this.squares.onkeydown = (event) => this.press(event)
    this.watch = new ResizeObserver(() => this.draw())
    this.watch.observe(this.squares)
  }

  async show(data) {
    const wanted = (this.wanted = data)
    const bytes = await unpack(data.packed)
    const behind = data.density && (await unpack(data.density))
    if (this.wanted !== wanted || this.gone) return // newer flights have arrived meanwhile
    this.data = data
    this.states = decode(bytes, data)
    this.behind = behind && this.photograph(behind)
    const nodes = data.flights.map(({ sigmas, states }) => sigmas.slice(0, states))
    const above = Math.min(...data.flights.flatMap(({ sigmas }) => sigmas.filter((s) => s > 0)))
    this.floor = above / 2
    this.nodes = nodes.map((sigmas) => sigmas.map((sigma) => Math.log(sigma || this.floor)))
    const ends = data.flights.map(({ sigmas }) => sigmas.at(-1) || this.floor)
    this.ends = [Math.max(...this.nodes.map((line) => line[0])), Math.log(Math.min(...ends))]
    if (this.chosen >= data.points) this.chosen = -1
    this.build()
    this.turn(this.place)
  }

  photograph(bytes) {
    const { side, muted } = this.data
    return shading(Float32Array.from(bytes, (value) => value / 255), side, muted, 0.3)
  }

  build() {
    const { flights, words } = this.data
    const columns = flights.length > 4 ? 3 : flights.length
    for (const box of [this.bar, this.squares]) box.style.setProperty("--columns", columns)
    this.squares.setAttribute("aria-label", `${words} The arrow keys choose a point.`)
    if (this.figures?.length !== flights.length)
      this.figures = flights.map((_, k) => this.figure(k))
    flights.forEach(({ title, colour }, k) => {
      const { bar, name, canvas } = this.figures[k]
      bar.style.borderColor = colour
      name.textContent = title
      canvas.setAttribute("aria-label", title)
    })
    this.squares.replaceChildren(...this.figures.map(({ box }) => box))
  }

  figure(k) {
    const canvas = element("canvas", {})
    canvas.setAttribute("role", "img")
    const name = element("span", {})
    const bar = element("b", {}, name)
    const step = element("small", {})
    canvas.onpointermove = canvas.onpointerdown = (event) => this.point(k, event)
    canvas.onpointerleave = () => this.pinned || this.choose(-1)
    const box = element("figure", {}, element("figcaption", {}, bar, step), canvas)
    return { box, canvas, name, bar, step }
  }

  // --- time

  play() {
    if (this.place >= 1) this.turn(0)
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches
    const seconds = calm ? JUMPS * PAUSE : SECONDS
    this.button.textContent = "Pause"
    this.words.setAttribute("aria-live", "off")
    let [last, place] = [undefined, this.place]
    const next = (now) => {
      if (!this.squares.isConnected) return this.stop()
      place += (((now - (last ?? now)) / 1000) * this.speed.value) / seconds
      last = now
      const shown = Math.min(1, calm ? Math.floor(place * JUMPS) / JUMPS : place)
      if (shown !== this.place) this.turn(shown)
      if (place < 1) this.frame = requestAnimationFrame(next)
      else this.pause()
    }
    this.frame = requestAnimationFrame(next)
  }

  pause() {
    cancelAnimationFrame(this.frame)
    this.frame = undefined
    this.button.textContent = "Play"
    this.words.setAttribute("aria-live", "polite")
  }

  stop() {
    this.gone = true
    this.pause()
    this.watch.disconnect()
  }

  turn(place) {
    this.place = place
    this.level.value = Math.round(1000 * place)
    const text = `σ = ${written(this.sigma(place))}`
    this.label.textContent = `noise level ${text}`
    this.level.setAttribute("aria-valuetext", text)
    this.draw()
  }

  log(place) {
    return this.ends[0] + place * (this.ends[1] - this.ends[0])
  }

  sigma(place) {
    const found = Math.exp(this.log(place))
    return found < this.floor * 1.0001 ? 0 : found
  }

  factor(place) {
    return this.scaled.checked ? 1 : Math.hypot(1, this.sigma(place) / this.data.spread)
  }

  // Index of the last state that flight k has reached, and the part of the way to the next.
  reached(k, place) {
    const line = this.nodes[k]
    const log = this.log(place) - 1e-9
    let i = 0
    while (i + 1 < line.length && line[i + 1] >= log) i++
    const next = line[i + 1]
    return [i, next === undefined ? 0 : Math.max(0, (line[i] - log) / (line[i] - next))]
  }

  // Where the points of flight k are: x and y in turn, in units of the square's half width.
  places(k, place) {
    const [i, part] = this.reached(k, place)
    const row = 2 * this.data.points
    const by = this.factor(place) / this.data.reach
    const [from, to] = [i * row, part ? (i + 1) * row : i * row]
    const states = this.states[k]
    const found = new Float32Array(row)
    for (let j = 0; j < row; j++)
      found[j] = by * (states[from + j] + part * (states[to + j] - states[from + j]))
    return found
  }

  // --- one point

  point(k, event) {
    const box = this.figures[k].canvas.getBoundingClientRect()
    const x = ((event.clientX - box.left) / box.width) * 2 - 1
    const y = 1 - ((event.clientY - box.top) / box.height) * 2
    const places = this.places(k, this.place)
    let [found, nearest] = [-1, ((event.pointerType === "touch" ? 24 : 12) * 2) / box.width]
    for (let j = 0; j < this.data.points; j++) {
      const distance = Math.hypot(places[2 * j] - x, places[2 * j + 1] - y)
      if (distance < nearest) [found, nearest] = [j, distance]
    }
    if (event.type === "pointerdown") this.pinned = found >= 0
    else if (this.pinned) return
    this.choose(found)
  }

  press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return
    const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    const { points } = this.data ?? {}
    if (!points || (!way && (event.key !== "Escape" || this.chosen < 0))) return
    event.preventDefault()
    event.stopPropagation()
    this.pinned = Boolean(way)
    const from = this.chosen < 0 && way < 0 ? 0 : this.chosen
    this.choose(way ? (from + way + points) % points : -1)
  }

  choose(j) {
    if (this.chosen === j) return
    this.chosen = j
    this.draw()
  }

  tell(all) {
    const { points, of, same, flights } = this.data
    const j = this.chosen
    const many = points < of ? `${points} of ${of} points are drawn.` : `${points} points.`
    const lesson = same && flights.length > 1 ? " Each has the same start in every square." : ""
    if (j < 0) this.words.textContent = `${many}${lesson} Point at one, or use the arrow keys.`
    else if (flights.length < 2) this.words.textContent = `Point ${j + 1} of ${points}.`
    else {
      const by = this.data.reach
      let most = 0
      for (const a of all)
        for (const b of all)
          most = Math.max(most, Math.hypot(a[2 * j] - b[2 * j], a[2 * j + 1] - b[2 * j + 1]) * by)
      const start = same ? ", the same start in every square" : ""
      const apart = most < 0.005 ? "all at one place" : `at most ${most.toFixed(2)} apart`
      this.words.textContent = `Point ${j + 1} of ${points}${start}: now ${apart}.`
    }
  }

  // --- the picture

  draw() {
    if (!this.states || this.gone) return
    const shade = this.shade()
    const all = this.states.map((_, k) => this.places(k, this.place))
    all.forEach((places, k) => this.paint(k, places, shade))
    this.tell(all)
  }

  // The density behind the points, and the half width of its picture in units of the square's.
  shade() {
    const { modes, std, muted, reach, limits, spread } = this.data
    const sigma = this.sigma(this.place)
    const by = this.scaled.checked ? Math.hypot(1, sigma / spread) : 1
    if (this.behind) return [this.behind, limits / reach / by]
    if (!modes) return []
    const seen = modes.map(([x, y, weight]) => [x / by, y / by, weight])
    return [shading(density(seen, Math.hypot(std, sigma) / by, reach), FINE, muted, 0.3), 1]
  }

  paint(k, places, [shade, half]) {
    const { canvas, step } = this.figures[k]
    const { colour, sigmas } = this.data.flights[k]
    step.textContent = `step ${this.reached(k, this.place)[0]} of ${sigmas.length - 1}`
    const { pen, scale, side } = ready(canvas)
    if (!pen) return
    const at = (value) => ((1 + value) * side) / 2
    if (shade) pen.drawImage(shade, at(-half), at(-half), half * side, half * side)
    pen.lineCap = "round"
    this.trails(pen, k, colour, scale, at)
    pen.fillStyle = colour
    pen.globalAlpha = this.chosen < 0 ? 0.85 : 0.4
    const size = (side / scale < 200 ? 1.7 : 2.2) * scale
    pen.beginPath()
    for (let j = 0; j < places.length; j += 2) {
      pen.moveTo(at(places[j]) + size, at(-places[j + 1]))
      pen.arc(at(places[j]), at(-places[j + 1]), size, 0, 2 * Math.PI)
    }
    pen.fill()
    pen.globalAlpha = 1
    if (this.chosen >= 0) this.follow(pen, k, places, scale, at)
    this.rule(pen, k, scale, side)
  }

  trails(pen, k, colour, scale, at) {
    const [pieces, length] = TAIL
    pen.strokeStyle = colour
    pen.lineWidth = 1.2 * scale
    let ahead = this.places(k, this.place)
    for (let piece = 1; piece <= pieces; piece++) {
      const place = this.place - piece * length
      if (place < 0) return
      const behind = this.places(k, place)
      pen.globalAlpha = (this.chosen < 0 ? 0.4 : 0.15) * (1 - piece / (pieces + 1))
      pen.beginPath()
      for (let j = 0; j < ahead.length; j += 2) {
        pen.moveTo(at(ahead[j]), at(-ahead[j + 1]))
        pen.lineTo(at(behind[j]), at(-behind[j + 1]))
      }
      pen.stroke()
      ahead = behind
    }
  }

  // The chosen point: its whole way so far, with a dot at each step, and a ring.
  follow(pen, k, places, scale, at) {
    const j = 2 * this.chosen
    const [last] = this.reached(k, this.place)
    const [first, end] = this.ends
    const way = []
    for (let i = 0; i <= last; i++) {
      const there = this.places(k, Math.min(1, (this.nodes[k][i] - first) / (end - first)))
      way.push([at(there[j]), at(-there[j + 1])])
    }
    const now = [at(places[j]), at(-places[j + 1])]
    pen.strokeStyle = pen.fillStyle = this.data.text
    pen.lineWidth = 1.5 * scale
    pen.beginPath()
    for (const stop of [...way, now]) pen.lineTo(...stop)
    pen.stroke()
    for (const [x, y] of way)
      pen.fillRect(x - 1.5 * scale, y - 1.5 * scale, 3 * scale, 3 * scale)
    pen.lineWidth = 2 * scale
    pen.beginPath()
    pen.arc(...now, 6 * scale, 0, 2 * Math.PI)
    pen.stroke()
  }

  // Along the lower edge: where on the scrubber this sampler's noise levels are, and what is done.
  rule(pen, k, scale, side) {
    const [first, end] = this.ends
    pen.fillStyle = this.data.muted
    for (const log of this.nodes[k]) {
      const x = ((log - first) / (end - first)) * (side - scale)
      pen.fillRect(x, side - 6 * scale, scale, 6 * scale)
    }
    pen.fillStyle = this.data.flights[k].colour
    pen.fillRect(0, side - 2 * scale, this.place * side, 2 * scale)
  }
}

export default function ({ data, parentElement }) {
  if (!flights.has(parentElement)) flights.set(parentElement, new Play(parentElement))
  const play = flights.get(parentElement)
  play.show(data)
  return () => play.stop()
}
