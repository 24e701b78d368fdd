// All that this page shows is computed in Go and asked for, a question and an answer in JSON. Here it is drawn.
"use strict";

const $ = (id) => document.getElementById(id);
const side = 28;

// What a question says of the page. The key names its network.
const key = Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
let strokes = []; // the drawing: for every stroke x, y, x, y and so on, in thousandths of the sheet
let test = -1; // or the number of a test digit
let c = 1; // Infinity for perceptrons
let output = -1; // the output and ...
let neuron = -1; // ... the hidden neuron that were chosen
let past = []; // drawings and test digits, for undo

let lastTest = -1; // the test digit shown last
let training = true;
let until = 10; // the epoch to train to
let stale = true; // whether weights have changed since the tiles were drawn
let shown = null; // the last answer, ...
let tiles = null; // ... the last tiles, ...
let tiled = 0; // ... and when they came
let places = []; // where each tile is
let firstLesson = 0; // the epoch at which it was
let scores = []; // after every epoch

async function askServer(question) {
  const reply = await fetch("ask", { method: "POST", headers: { "Content-Type": "application/json" }, body: question });
  return reply.text();
}

// In the one file a worker answers, so that the page stays awake while the network trains.
function askWorker() {
  const text = (id) => $(id).textContent;
  let worker;
  const send = (message) =>
    new Promise((resolve, reject) => {
      worker.onmessage = (event) => resolve(event.data);
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage(message);
    });
  async function start() {
    worker = new Worker(URL.createObjectURL(new Blob([text("worker")])));
    return send({ wasm: text("wasm"), start: text("start"), digits: text("digits") });
  }
  const ready = start();
  return (question) => ready.then(() => send(question));
}

const [ask, silence] = $("wasm")
  ? [askWorker(), "the network does not run; it takes a whole file, and a browser of 2023 or later"]
  : [askServer, "there is no answer; is the command still running?"];
const waiting = [{ do: "begin" }]; // what waits to be done
let wanted = null; // the test digit that was asked for last, until something else is on the sheet
let changed = false; // whether there is something to ask without anything to do
let asking = false;
let pace = 200; // how many digits to train in a question: so many that it does not drag, so few that nobody waits

// go asks one question after the other, as long as there are any. Training comes last, one question a frame.
async function go() {
  if (asking) return;
  asking = true;
  while (waiting.length || changed || training || stale) {
    if (!waiting.length && !changed) await new Promise(requestAnimationFrame);
    const action = waiting.shift() ?? (changed || !training ? {} : { do: "train", n: pace });
    const began = performance.now();
    changed = (action.strokes ?? strokes) !== strokes; // what it is about is no longer on the sheet
    try {
      const answer = JSON.parse(await ask(question(action)));
      if (answer.Error) refused(answer);
      else show(answer, action);
    } catch (error) {
      refused({ Error: `${silence} (${error.message})` });
    }
    const quick = performance.now() - began < 35;
    if (action.do === "train") pace = quick ? Math.min(700, pace + 50) : Math.max(200, pace - 100);
  }
  asking = false;
}

function question(action) {
  const q = { key, strokes, test, c, perceptrons: c === Infinity, output, neuron, ...action }; // ∞ is sent as null
  [q.shares, q.softmax] = [$("shares").checked, softmaxC()];
  if (finds(action)) q.test = lastTest;
  stale ||= ["begin", "train", "teach", "forget"].includes(action.do);
  q.full = stale && (!training || performance.now() - tiled > 120);
  if (q.full) stale = false;
  return JSON.stringify(q);
}

function refused({ Error, Status }) {
  training = stale = false;
  if (Status === 410) act("begin");
  say("note", `Sorry: ${Error}.`);
  controls();
}

const finds = (action) => action.do === "sample" || action.do === "misread"; // a test digit

// act has something done with what is on the sheet now. When its turn comes, something else may be there.
function act(what, n = 0) {
  const action = { do: what, n, strokes, test };
  waiting.push(action);
  if (finds(action)) wanted = action;
  say("note", "");
  go();
}

function change() {
  changed = true;
  go();
}

const say = (id, text) => ($(id).textContent = text);
const number = (x, digits) => x.toFixed(digits).replace("-", "−");
const count = (n) => n.toLocaleString("en");
const a = (digit) => (digit === 8 ? "an 8" : `a ${digit}`);
const bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim().split(" ").map(Number);
const make = (name, text = "") => Object.assign(document.createElement(name), { textContent: text });
const fillTo = (element, part) => (element.style.transform = `scaleX(${Math.max(0, Math.min(1, part ?? 0))})`);

// paint draws side×side pixels. pixel gives their colour and opacity.
function paint(canvas, base64, pixel) {
  const image = new ImageData(side, side);
  bytes(base64).forEach((v, i) => image.data.set(pixel(v), 4 * i));
  canvas.getContext("2d").putImageData(image, 0, 0);
}

// inShades is for what Go calls shades: 128 stands for 0.
const inShades = (plus = colour("--for"), minus = colour("--against")) => (v) =>
  [...(v > 128 ? plus : minus), 2 * Math.abs(v - 128)];

function show(answer, action) {
  const progress = answer.Progress;
  shown = answer;
  if (finds(action)) lastTest = answer.Test;
  if (action === wanted) lay([], answer.Test);
  if (action.do === "begin") {
    until = Math.max(10, progress.Epoch);
    training = true;
    scores = [];
  }
  if (action.do === "begin" || action.do === "forget") say("lesson", "");
  if (progress.Tested === answer.Tests && progress.Trained === 0) {
    const { Epoch: epoch, Cost: cost, Correct: correct } = progress;
    const score = { epoch, cost: cost / answer.Training, right: correct / answer.Tests };
    scores = [...scores.filter((old) => old.epoch < epoch), score];
    if (epoch >= until) training = false;
  }
  if (answer.Lesson) showLesson(answer.Lesson);
  if (answer.File) save(bytes(answer.File));
  if (answer.Tiles) {
    [tiles, tiled] = [answer.Tiles, performance.now()];
    showTiles();
  }
  showThought();
  showTraining();
  controls();
}

// showThought shows all that depends on the drawing.
function showThought() {
  const [thought, ink] = [shown.Thought, colour("--text")];
  paint($("pixels"), shown.Pixels, (v) => [...ink, v]);
  if (pen === null) showSheet();
  showAnswer(thought);
  showWhy(thought);
  say("outputs-say", thought?.Out ? `Right: the weights of neuron ${neuron}.` : "Choose one to see why.");
  [...$("bars").children].forEach((bar, j) => {
    const [value, out] = [thought?.Outputs[j], thought?.Out?.[j]];
    const [, track, says, weight] = bar.children;
    bar.classList.toggle("best", thought !== null && !thought.Tie && j === thought.Answer);
    bar.ariaPressed = j === output;
    fillTo(track.firstChild, value);
    bar.ariaLabel = `Output ${j}: ${thought ? number(value, 3) : "none"}`;
    says.textContent = thought ? number(value, 3) : "";
    weight.textContent = out === undefined ? "" : (out > 0 ? "+" : "") + number(out, 2);
    weight.className = out > 0 ? "for" : "against";
  });
  showActivations(thought);
  showLamps(thought);
  showCurve(thought);
}

function showAnswer(thought) {
  let text = ["The sheet is empty."];
  if (thought) {
    const { Answer: digit, Outputs: outputs } = thought;
    const sure = outputs[digit] >= 0.5 && outputs.every((a, j) => j === digit || a < outputs[digit] / 2);
    text = [digit === 8 ? "It reads an " : "It reads a ", make("b", digit), sure ? "" : " but is not sure"];
    if (thought.Tie) text = [outputs[digit] > 0 ? "Several outputs are largest." : "No output fires."];
  }
  $("answer").ariaLive = pen === null && !training ? "polite" : "off"; // to be read aloud when it has settled
  $("answer").replaceChildren(...text);
}

function showWhy(thought) {
  const pencil = $("map").getContext("2d");
  let [title, text] = ["Why?", "More ink speaks for or against an answer."];
  let source = ["∂z/∂x by ", make("code", "Backward"), ", (BP2)"];
  const lost = thought?.Tie && output < 0; // no output leads, none is chosen
  const shades = thought ? thought.Products ?? (lost ? null : thought.Map) : tiles?.[neuron];
  pencil.clearRect(0, 0, side, side);
  if (shades) paint($("map"), shades, inShades());
  if (neuron >= 0) {
    title = `Neuron ${neuron}`;
    text = thought ? "What each pixel adds for or against: w·x." : "Its weights, for and against.";
    source = thought ? [`z = ${number(thought.Z[neuron], 2)}, a = ${number(thought.A[neuron], 3)}`] : ["w of each pixel"];
  } else if (thought) {
    title = lost ? title : `Why ${thought.Choice}?`;
    text = shades ? `More ink here speaks for or against ${a(thought.Choice)}.` : "Perceptrons have no derivative.";
    if (lost) text = "No output leads. Choose one.";
    pencil.globalAlpha = 0.3;
    pencil.drawImage($("pixels"), 0, 0);
    pencil.globalAlpha = 1;
  }
  say("map-title", title);
  say("map-says", text);
  $("map-source").replaceChildren(...source);
}

function showLamps(thought) {
  let digit = 0;
  [...$("lamps").children].forEach((lamp, i) => {
    const bit = thought?.Bits[3 - i] ?? 0;
    lamp.classList.toggle("lit", bit === 1);
    digit = 2 * digit + bit;
  });
  say("spelled", thought ? `They spell ${digit}.` : "");
  $("promise").hidden = !thought || thought.Holds;
  $("lamps").ariaLabel = thought ? `The lamps spell ${digit}` : "Four lamps, none lit";
}

function showCurve(thought) {
  const at = (z, a) => [150 + 25 * Math.max(-6, Math.min(6, z)), 92 - 84 * a];
  const points = shown.Curve.map((a, i) => at(i / 10 - 6, a));
  const dots = (thought?.Z ?? []).map((z, j) => at(z, thought.A[j]));
  $("curve").querySelector("polyline").setAttribute("points", points.join(" "));
  $("curve").querySelector(".dots").setAttribute("d", dots.map((dot) => `M${dot}h0`).join(""));
}

const layerOne = () => (shown.Sizes.length === 2 ? "Output neuron" : "Hidden neuron");

// showTiles draws the tiles and the lines below them, all on one canvas behind the buttons: a hundred canvases are slow.
function showTiles() {
  const n = tiles.length;
  if ($("tiles").childElementCount !== n) {
    $("tiles").style.setProperty("--columns", Math.ceil(Math.sqrt(n * 1.2)));
    fill($("tiles"), n, (j) => `${layerOne()} ${j}`, (j) => (neuron = neuron === j ? -1 : j));
    say("tiles-title", `${layerOne()}s`);
  }
  const canvas = $("weights");
  const pencil = canvas.getContext("2d");
  const [tile, pixel] = [Object.assign(make("canvas"), { width: side, height: side }), inShades()];
  [canvas.width, canvas.height] = [canvas.clientWidth * devicePixelRatio, canvas.clientHeight * devicePixelRatio];
  pencil.scale(devicePixelRatio, devicePixelRatio);
  places = [...$("tiles").children].map((tile) => [tile.offsetLeft, tile.offsetTop, tile.offsetWidth]);
  places.forEach(([x, y, width], j) => {
    paint(tile, tiles[j], pixel);
    pencil.drawImage(tile, x, y, width, width);
  });
}

function showActivations(thought) {
  const pencil = $("weights").getContext("2d");
  pencil.fillStyle = `rgb(${colour("--text")})`;
  places.forEach(([x, y, width], j) => {
    pencil.clearRect(x, y + width, width, 6);
    pencil.fillRect(x, y + width + 1, width * Math.max(0, Math.min(1, thought?.A[j] ?? 0)), 4);
    $("tiles").children[j].ariaPressed = j === neuron;
  });
}

function showTraining() {
  const { Progress: progress, Undrawn: undrawn, Training: digits, Tests: tests, Sizes: sizes } = shown;
  const [first, last] = [scores[0]?.epoch ?? 0, scores.at(-1)];
  const most = Math.max(...scores.map((score) => score.cost), 1e-9);
  const line = (scores, height) =>
    scores.map((s) => [(300 * (s.epoch - first)) / Math.max(1, until - first), 78 - 72 * height(s)]).join(" ");
  const costs = scores.filter((score) => score.cost > 0);
  $("accuracy").setAttribute("points", line(scores, (score) => score.right));
  $("cost").setAttribute("points", line(costs, (score) => score.cost / most));
  let network = `A network ${sizes.join("-")} learns from ${count(digits)} digits; ${count(tests)} others test it.`;
  if (progress.Trouble) network = `It reads little because ${progress.Trouble}.`;
  say("training-says", undrawn ? `Digits to learn from are being drawn: ${count(undrawn)} to go.` : network);
  const epoch = number(progress.Epoch + progress.Trained / digits, progress.Trained ? 1 : 0);
  const since = progress.Trained || progress.Lessons ? `; after epoch ${last?.epoch}` : "";
  const right = last ? `${since} — ${number(100 * last.right, 2)}% right` : "";
  say("score", `Epoch ${epoch} of ${until}${right}${last?.cost ? ` ··· cost ${number(last.cost, 3)}` : ""}`);
}

function showLesson({ Digit: digit, Cost: cost, Correct: correct }) {
  say("lesson", `A lesson: this is ${a(digit)}. Cost of this drawing ${cost.map((x) => x.toPrecision(3)).join(" → ")}. ` +
    `Test digits right ${correct.map(count).join(" → ")}.` + (training ? " Training pauses." : ""));
  training = false;
  if (shown.Progress.Lessons === 1) firstLesson = shown.Progress.Epoch;
}

function controls() {
  say("pause", training ? "Pause" : "Go on");
  $("forget").disabled = !shown?.Progress.Lessons;
  const later = shown?.Progress.Lessons && shown.Progress.Epoch > firstLesson; // and that is forgotten, too
  say("forget", later ? `Forget: to epoch ${firstLesson}` : "Forget the lessons");
  for (const button of $("teach").children) button.disabled = !shown?.Thought;
}

function save(file) {
  const href = URL.createObjectURL(new Blob([file], { type: "application/json" }));
  Object.assign(make("a"), { href, download: "net.json" }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000); // the download goes on after the click
}

const sheet = $("paper");
let pen = null; // the press with which the stroke under way began

function showSheet() {
  const size = Math.round(sheet.clientWidth * devicePixelRatio);
  const pencil = sheet.getContext("2d");
  if (sheet.width !== size) sheet.width = sheet.height = size;
  pencil.clearRect(0, 0, size, size);
  $("prompt").hidden = strokes.length > 0 || test >= 0;
  let text = "Draw anywhere, with mouse, pen or finger.";
  if (test >= 0 && shown.Test === test) {
    text = `Test digit ${count(test + 1)} of ${count(shown.Tests)}: ${a(shown.Label)}.`;
    pencil.imageSmoothingEnabled = false;
    pencil.drawImage($("pixels"), 0, 0, size, size);
  }
  say("sheet-says", text);
  pencil.strokeStyle = `rgb(${colour("--text")})`;
  pencil.lineWidth = 0.06 * size;
  pencil.lineCap = pencil.lineJoin = "round";
  for (const stroke of strokes) {
    pencil.beginPath();
    for (let i = 0; i < stroke.length; i += 2) {
      pencil.lineTo((stroke[i] * size) / 1000, (stroke[i + 1] * size) / 1000);
    }
    if (stroke.length === 2) pencil.lineTo((stroke[0] * size) / 1000, (stroke[1] * size) / 1000); // a dot
    pencil.stroke();
  }
}

// addPoints adds what the pen did, without points that are as good as the ones before. Go takes 10,000.
function addPoints(event) {
  const [earlier, stroke] = [strokes.slice(0, -1), [...strokes.at(-1)]];
  const box = sheet.getBoundingClientRect();
  const moves = event.getCoalescedEvents?.() ?? [];
  for (const { clientX, clientY } of moves.length ? moves : [event]) {
    const x = Math.round((1000 * (clientX - box.left)) / box.width);
    const y = Math.round((1000 * (clientY - box.top)) / box.height);
    const near = stroke.length > 0 && Math.hypot(x - stroke.at(-2), y - stroke.at(-1)) < 4;
    if (!near && earlier.flat().length + stroke.length < 20_000) stroke.push(x, y);
  }
  strokes = [...earlier, stroke];
  change(); // first of all: the network answers while the stroke is drawn
  showSheet();
}

sheet.onpointerdown = (event) => {
  const [by, now] = [event.pointerType, pen?.pointerType];
  if (event.button !== 0 || (pen && by === "touch" && (now === "pen" || !event.isPrimary))) return; // a palm
  if (by === "pen" && now === "touch") undo(); // what a palm drew
  event.preventDefault();
  sheet.setPointerCapture(event.pointerId);
  lay([...strokes, []]);
  pen = event;
  addPoints(event);
};
const draws = (event) => event.pointerId === pen?.pointerId;
const lift = (event) => draws(event) && (pen = null);
sheet.onpointermove = (event) => (event.buttons & 1 ? draws(event) && addPoints(event) : lift(event));
sheet.onpointerup = lift;
sheet.onpointercancel = (event) => draws(event) && change(undo()); // it was a palm, or a gesture of the system

// lay puts a drawing on the sheet, or a test digit, in place of what is there. Nothing that is there is changed: it may
// be of the past, or wait to be taught. The stroke under way ends, and what a lesson said is of what was there.
function lay(drawing, digit = -1, before = [...past, [strokes, test]]) {
  [strokes, test, past, pen, wanted] = [drawing, digit, before, null, null];
  showSheet();
  say("lesson", "");
}

const clear = () => lay([]);
const undo = () => lay(...(past.at(-1) ?? [[], -1]), past.slice(0, -1));

// fill makes n buttons in a toolbar: Tab leads to one of them, arrow keys to the others, as they stand.
function fill(bar, n, label, press) {
  const all = Array.from({ length: n }, (_, j) => make("button", j));
  all.forEach((button, j) => {
    Object.assign(button, { type: "button", tabIndex: j === 0 ? 0 : -1, ariaLabel: label(j) });
    button.onclick = () => change(press(j));
  });
  bar.replaceChildren(...all);
  bar.onkeydown = (event) => {
    const columns = all.filter((button) => button.offsetTop === all[0].offsetTop).length;
    const step = { ArrowRight: 1, ArrowDown: columns, ArrowLeft: -1, ArrowUp: -columns }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const [from, to] = [document.activeElement, all[(all.indexOf(document.activeElement) + step + n) % n]];
    [from.tabIndex, to.tabIndex] = [-1, 0];
    to.focus();
  };
}

fill($("samples"), 10, (digit) => `Sample of ${a(digit)}`, (digit) => act("sample", digit));
fill($("teach"), 10, (digit) => `It is ${a(digit)}`, (digit) => act("teach", digit));
fill($("bars"), 10, (digit) => `Output ${digit}`, (digit) => ([output, neuron] = [output === digit ? -1 : digit, -1]));
for (const bar of $("bars").children) {
  bar.innerHTML = `<span>${bar.textContent}</span><span><i></i></span><output></output><small></small>`;
}
$("undo").onclick = () => change(undo());
$("clear").onclick = () => change(clear(), (output = -1));
for (const id of ["begin", "forget", "misread", "export"]) $(id).onclick = () => act(id);
$("pause").onclick = () => {
  training = !training;
  if (training && shown?.Progress.Epoch >= until) until += 10;
  controls();
  change();
};
onkeydown = (event) => {
  // Where the letters are not Latin ones, it is the key that has the Z elsewhere.
  const z = event.key > "~" ? event.code === "KeyZ" : event.key.toLowerCase() === "z";
  if (z && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
    event.preventDefault();
    change(undo());
  }
  if (event.key === "Escape") change((output = neuron = -1));
};

// A slider makes a factor of 10 in 20 steps, from the number at its step 1.
const factor = (slider, first) => first * 10 ** ((slider.valueAsNumber - 1) / 20);
const softmaxC = () => ($("softmax").value === "0" ? 0 : factor($("softmax"), 0.01));

function label(slider, value) {
  const text = value === Infinity ? "∞: perceptrons" : String(Number(value.toPrecision(2)));
  say(`${slider.id}-says`, text);
  slider.ariaValueText = text;
  change();
}
$("c").oninput = () => label($("c"), (c = $("c").value === $("c").max ? Infinity : factor($("c"), 0.1)));
$("shares").onchange = change;
$("softmax").oninput = () => {
  $("shares").checked = true;
  label($("softmax"), softmaxC());
};

// Canvases keep their colours and sizes when the scheme or the window changes: draw them again.
onresize = matchMedia("(prefers-color-scheme: dark)").onchange = () => {
  if (tiles) showTiles();
  if (shown) showThought();
};
say("note", ""); // that this does not run
go();
