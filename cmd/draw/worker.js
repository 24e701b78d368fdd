// In the one file this runs beside the page, behind the wasm_exec.js of Go: it answers questions by WebAssembly.
async function unpack(base64) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// A failure reaches the page, also one of what is awaited.
onunhandledrejection = ({ reason }) => {
  throw reason;
};

// The first message has what the page carries along; every other one is a question.
onmessage = async ({ data }) => {
  self.start = new TextDecoder().decode(await unpack(data.start));
  self.digits = await unpack(data.digits);
  const go = new Go();
  go.exit = (code) => {
    throw new Error(`its program has ended with status ${code}`);
  };
  const { instance } = await WebAssembly.instantiate(await unpack(data.wasm), go.importObject);
  const end = go.run(instance); // until Go waits; from then on there is ask
  if (!self.ask) await end;
  onmessage = ({ data }) => postMessage(ask(data));
  postMessage("");
};
