package main

import (
	"encoding/json"
	"syscall/js"
)

// In the one file this is the whole program: it gives the worker that runs it a function ask, and waits. The worker has
// put there a text, start, and the bytes of the digits that come with it.
func main() {
	s, d := new(start), newDigits(drawnDigits, drawnTests)
	if err := json.Unmarshal([]byte(js.Global().Get("start").String()), s); err != nil {
		panic(err) // writeOneFile wrote it
	}
	if s.Digits > 0 {
		d = newDigits(s.Digits, s.Tests)
		d.drawn = js.CopyBytesToGo(d.all.Labels, js.Global().Get("digits"))
		js.CopyBytesToGo(d.all.Pixels, js.Global().Get("digits").Call("subarray", d.drawn))
	}
	t, err := newTabs(s, d)
	if err != nil {
		panic(err) // the command that wrote it has made them too
	}
	js.Global().Set("ask", js.FuncOf(func(_ js.Value, args []js.Value) any {
		_, text := t.ask([]byte(args[0].String()))
		return string(text)
	}))
	select {}
}
