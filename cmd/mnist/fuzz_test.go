package main

import (
	"encoding/json"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode"

	"nndl"
)

// FuzzSettings looks for flags, one to a line, and saved settings that make the command panic or take what it should
// refuse.
func FuzzSettings(f *testing.F) {
	for _, r := range slices.Concat(badFlags, badSizes, badSettings) {
		f.Add(strings.ReplaceAll(r.args, " ", "\n"), "")
	}
	for _, r := range badNetworks {
		_, settings, _ := strings.Cut(strings.TrimSuffix(r.new, `, "cost"`), `"settings": `)
		f.Add("-load\nnet", settings)
	}
	f.Add("-hidden\n30,10\n-cost\nquadratic\n-eta\n3", "")
	f.Add("-load\nnet\n-epochs\n7\n-lambda\n0", `{"cost":"log-likelihood","epochs":4,"batch":5,"eta":0.5,`+
		`"lambda":0.25,"init":"large","seed":9,"data":"100 digits, sha256 0123456789abcdef","patience":2,"workers":4}`)
	f.Fuzz(func(t *testing.T, args, settings string) {
		var fl *flags
		var err error
		if used := allocated(func() { fl, err = flagsOver(args, settings) }); used > 64<<20 {
			t.Errorf("takes %.0f MB", used/1e6)
		}
		if err != nil {
			if line := printable(err.Error()); strings.ContainsFunc(line, unicode.IsControl) {
				t.Errorf("the error %q is not text", line)
			}
			return
		}
		checkAccepted(t, fl)
	})
}

// flagsOver returns the flags of a command line, over settings that were saved, if there are any.
func flagsOver(args, settings string) (*flags, error) {
	fl, err := parse(strings.Split(args, "\n"), io.Discard)
	if err != nil || settings == "" {
		return fl, err
	}
	return fl, fl.resume(&saved{Settings: json.RawMessage(settings)})
}

// checkAccepted checks what the command relies on from here on.
func checkAccepted(t *testing.T, fl *flags) {
	if indexOf(fl.Cost) < 0 || fl.Init != "scaled" && fl.Init != "large" {
		t.Errorf("cost %q, initial weights %q", fl.Cost, fl.Init)
	}
	if fl.Epochs < 0 || fl.Patience < 0 || fl.show < 0 {
		t.Errorf("epochs %d, patience %d, show %d", fl.Epochs, fl.Patience, fl.show)
	}
	weights, before := 0.0, nndl.Side*nndl.Side
	for _, n := range fl.hidden {
		weights += float64(before) * float64(n)
		if before = n; n < 1 || weights > maxWeights {
			t.Fatalf("%.0f weights, a layer of %d", weights, n)
		}
	}
	for name, value := range fl.given {
		if got := fl.set.Lookup(name).Value.String(); got != value {
			t.Errorf("-%s %s has become %s", name, value, got)
		}
	}
	if math.IsInf(fl.Eta+fl.Lambda, 0) || math.IsNaN(fl.Eta+fl.Lambda) {
		return // these cannot train a network, as SGD.Check says
	}
	text, err := json.Marshal(fl.settings)
	if err != nil {
		t.Fatal(err)
	}
	again, err := flagsOver("-load\nnet", string(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if again.settings != fl.settings {
		t.Errorf("%+v, saved and loaded, are %+v", fl.settings, again.settings)
	}
}
