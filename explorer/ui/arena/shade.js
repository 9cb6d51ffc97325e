// The density of a mixture of round Gaussians on a square, as a picture: what a board and a flight
// have in common. `modes` are [x, y, weight]; the square is [-reach, reach]^2, y upwards.

const FINE = 128 // cells of the picture along each side

function colour(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16))
}

function bells(centre, std, reach) {
  const bell = new Float32Array(FINE)
  for (let i = 0; i < FINE; i++) {
    const off = (((i + 0.5) * 2) / FINE - 1) * reach - centre
    bell[i] = Math.exp((-off * off) / (2 * std * std))
  }
  return bell
}

// Densities relative to the largest one, rows from the bottom.
function density(modes, std, reach) {
  const wide = Math.max(std, reach / FINE) // narrower modes would fall between the cells
  const values = new Float32Array(FINE * FINE)
  for (const [x, y, weight] of modes) {
    const [across, up] = [bells(x, wide, reach), bells(y, wide, reach)]
    for (let row = 0; row < FINE; row++) {
      const part = weight * up[row]
      if (part < 1e-6) continue
      for (let column = 0, at = row * FINE; column < FINE; column++, at++)
        values[at] += part * across[column]
    }
  }
  const most = values.reduce((a, b) => Math.max(a, b), 1e-30)
  return values.map((value) => value / most)
}

// A canvas with the values in one colour over nothing: `strength` is the opacity of the largest.
// Opacity goes with the square root, so that a mode of a hundredth of the weight is still seen.
function shading(values, side, hex, strength) {
  const image = new ImageData(side, side)
  const [red, green, blue] = colour(hex)
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const at = 4 * ((side - 1 - row) * side + column)
      const value = values[row * side + column]
      image.data[at] = red
      image.data[at + 1] = green
      image.data[at + 2] = blue
      image.data[at + 3] = Math.round(255 * strength * Math.sqrt(value))
    }
  const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side })
  canvas.getContext("2d").putImageData(image, 0, 0)
  return canvas
}

// Make a canvas as fine as the screen; the pen and the scale, or nothing while it is not seen.
function ready(canvas) {
  const box = canvas.getBoundingClientRect()
  if (!box.width) return {}
  const scale = window.devicePixelRatio || 1
  const side = Math.round(box.width * scale)
  if (canvas.width !== side || canvas.height !== side)
    Object.assign(canvas, { width: side, height: side })
  const pen = canvas.getContext("2d")
  pen.clearRect(0, 0, side, side)
  return { pen, scale, side }
}
