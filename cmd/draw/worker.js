// In the one file this runs beside the page, behind the wasm_exec.js of Go: it answers questions by WebAssembly.
async function unpack(base64) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// The first message has what the page carries along; every other one is a question.
onmessage = async ({ data }) => {
  self.start = new TextDecoder().decode(await unpack(data.start));
  self.digits = await unpack(data.digits);
  const go = new Go();
  const { instance } = await WebAssembly.instantiate(await unpack(data.wasm), go.importObject);
  go.run(instance); // until Go waits; from then on there is ask
  onmessage = ({ data }) => postMessage(ask(data));
  postMessage("");
};
