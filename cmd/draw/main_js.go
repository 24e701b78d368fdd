package main

import (
	"encoding/json"
	"syscall/js"

	"nndl"
)

// In the one file this is the whole program: it gives the worker that runs it a function ask, and waits. The worker has
// put there a text, start, and the bytes of the digits that come with it.
func main() {
	s := new(start)
	if err := json.Unmarshal([]byte(js.Global().Get("start").String()), s); err != nil {
		panic(err) // writeOneFile wrote it
	}
	along := make([]byte, js.Global().Get("digits").Length())
	n := js.CopyBytesToGo(along, js.Global().Get("digits")) / (1 + nndl.Side*nndl.Side)
	s.Digits.Labels, s.Digits.Pixels = along[:n:n], along[n:]
	t, err := newTabs(s)
	if err != nil {
		panic(err) // the command that wrote it has made them too
	}
	js.Global().Set("ask", js.FuncOf(func(_ js.Value, args []js.Value) any {
		_, text := t.ask([]byte(args[0].String()))
		return string(text)
	}))
	select {}
}
