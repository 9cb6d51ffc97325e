// Two buttons that save a figure of this page as SVG or PNG. Nothing leaves the browser.
// Plotly draws a figure as a stack of <svg class="main-svg"> with its styles inline; one document
// is made of them. The PNG is that document drawn on a canvas, so it carries its font with it.

const SCALE = 2 // pixels of the PNG per pixel of the page
const MARGIN = 16 // pixels of air around the figure
const NS = "http://www.w3.org/2000/svg"

function findFigure(chart) {
  return document.querySelector(`.st-key-${CSS.escape(chart)} .js-plotly-plot`)
}

function element(name, attributes, text) {
  const made = document.createElementNS(NS, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  if (text) made.textContent = text
  return made
}

function asDocument(figure, data, style) {
  const box = figure.getBoundingClientRect()
  const [width, height] = [box.width + 2 * MARGIN, box.height + 2 * MARGIN]
  const svg = element("svg", { xmlns: NS, width, height, viewBox: `0 0 ${width} ${height}` })
  svg.append(element("title", {}, data.title), element("desc", {}, data.link))
  if (style) svg.append(element("style", {}, style))
  svg.append(element("rect", { width, height, fill: data.background }))
  const drawing = element("g", { transform: `translate(${MARGIN} ${MARGIN})` })
  for (const layer of figure.querySelectorAll(".main-svg")) drawing.append(layer.cloneNode(true))
  svg.append(drawing)
  for (const unseen of svg.querySelectorAll(".hoverlayer, .draglayer, .zoomlayer")) unseen.remove()
  return { text: new XMLSerializer().serializeToString(svg), width, height }
}

async function fontStyle() {
  const link = document.querySelector('link[rel="preload"][as="font"]')
  if (!link) return ""
  const bytes = new Uint8Array(await (await fetch(link.href)).arrayBuffer())
  let binary = ""
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return `@font-face { font-family: "Source Sans"; font-weight: 200 900;
    src: url(data:font/woff2;base64,${btoa(binary)}); }`
}

async function asPng({ text, width, height }) {
  const image = new Image()
  image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text)
  await image.decode()
  const canvas = Object.assign(document.createElement("canvas"), {
    width: width * SCALE,
    height: height * SCALE,
  })
  const context = canvas.getContext("2d")
  context.scale(SCALE, SCALE)
  context.drawImage(image, 0, 0, width, height)
  return new Promise((done) => canvas.toBlob(done, "image/png"))
}

function save(blob, name) {
  const link = Object.assign(document.createElement("a"), {
    href: URL.createObjectURL(blob),
    download: name,
  })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10000)
}

export default function ({ data, parentElement }) {
  const message = parentElement.querySelector("output")
  const say = (text) => (message.textContent = text)
  const withFigure = (act) => async () => {
    const figure = findFigure(data.chart)
    if (!figure) return say("The picture is not on the page now.")
    say("")
    await act(figure)
  }
  parentElement.querySelector("[name=svg]").onclick = withFigure((figure) =>
    save(new Blob([asDocument(figure, data).text], { type: "image/svg+xml" }), `${data.name}.svg`),
  )
  parentElement.querySelector("[name=png]").onclick = withFigure(async (figure) =>
    save(await asPng(asDocument(figure, data, await fontStyle())), `${data.name}.png`),
  )
}
