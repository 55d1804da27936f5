"""The floor of a drag: a page with nothing in it but what a drag needs, and its server.

An event sends a message over a socket, an echo of so many bytes comes back, five thin lines are drawn on a canvas, and
the next frame shows them. `/?bytes=41600` is the page for answers of so many bytes.
"""

import argparse

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

MESSAGE = 1200  # bytes of a question: those of a race of five runners
PAGE = """<!doctype html>
<body style="margin: 0">
<div class="slalom" data-drawn="0">
  <canvas width="650" height="582"></canvas>
  <input type="range" data-knob="lr" max="1000" value="500" style="position: absolute; left: 700px; top: 300px">
  <div class="slalom-start" style="position: absolute; left: 200px; top: 200px; width: 20px; height: 20px"></div>
</div>
<script>
const stage = document.querySelector('.slalom')
const context = document.querySelector('canvas').getContext('2d')
const address = new URL('socket' + location.search, location.href)
address.protocol = 'ws:'
const socket = new WebSocket(address)
socket.binaryType = 'arraybuffer'
const points = Array.from({ length: 500 }, () => [Math.random() * 650, Math.random() * 580])
let answers = 0
let isBusy = false
let isDue = false

function draw() {
  context.clearRect(0, 0, 650, 582)
  for (let line = 0; line < 5; line++) {
    context.beginPath()
    for (const [x, y] of points) context.lineTo(x + line, y)
    context.stroke()
  }
  stage.dataset.drawn = ++answers
}

function ask() {
  isDue = isBusy
  if (isBusy) return
  isBusy = true
  socket.send('x'.repeat(%d))
}

socket.onopen = draw
socket.onmessage = () => {
  isBusy = false
  draw()
  if (isDue) ask()
}
stage.addEventListener('pointerrawupdate', (event) => event.buttons && event.target.type !== 'range' && ask())
stage.addEventListener('input', ask)
</script>
"""


async def show(request: Request) -> HTMLResponse:
    return HTMLResponse(PAGE % MESSAGE)


async def report_health(request: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")


async def echo(socket: WebSocket) -> None:
    """Answers every message with as many bytes as the address says."""
    await socket.accept()
    response = bytes(int(socket.query_params["bytes"]))
    try:
        while True:
            await socket.receive_text()
            await socket.send_bytes(response)
    except WebSocketDisconnect:
        return


app = Starlette(
    routes=[Route("/", show), Route("/_stcore/health", report_health), WebSocketRoute("/socket", echo)],
)

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--server.port", dest="port", type=int, required=True)
    uvicorn.run(app, host="localhost", port=parser.parse_args().port, log_level="warning")
