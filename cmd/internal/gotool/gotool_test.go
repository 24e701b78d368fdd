package gotool

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// module writes the files of a module and returns its folder.
func module(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	files["go.mod"] = "module m\n\ngo 1.22\n"
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestTest(t *testing.T) {
	dir := module(t, map[string]string{"m_test.go": `package m

import ("testing"; "fmt")

func TestGood(t *testing.T) {
	t.Log("Claim: all\nis well.")
	t.Run("a table, with a/b", func(t *testing.T) {
		t.Log("\nx │ x² = y\n──┼───────\n1 │ 1 = 1\n2 │ ")
		t.Log("and more")
	})
}

func TestBad(t *testing.T) {
	t.Log("Claim: 2 = 3")
	t.Run("it is not", func(t *testing.T) {
		t.Errorf("sum: 2 = 3 does not hold in the row 2 │ 2 = 3")
		t.Log("\na │ sum\n──┼──────\n1 │ 1 = 1\n2 │ 2 = 3")
	})
}

func TestSkipped(t *testing.T) { t.Skip("no data") }

func TestPrints(t *testing.T) { fmt.Println("printed") }

func TestGone(t *testing.T) { var m map[int]int; m[0] = 1 }
`})
	results, err := Test(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"TestGood":                   "pass [TestGood/a_table,_with_a/b] [{Claim: all is well. [] []}]",
		"TestGood/a_table,_with_a/b": "pass [] [{ [x x² = y] [{false [1 1 = 1]} {false [2 ]}]} {and more [] []}]",
		"TestBad":                    "fail [TestBad/it_is_not] [{Claim: 2 = 3 [] []}]",
		"TestBad/it_is_not": "fail [] [{sum: 2 = 3 does not hold in the row 2 │ 2 = 3 [] []} " +
			"{ [a sum] [{false [1 1 = 1]} {true [2 2 = 3]}]}]",
		"TestSkipped": "skip [] [{no data [] []}]",
		"TestPrints":  "pass [] [{printed [] []}]",
	} {
		r := results[name]
		if r == nil {
			t.Fatalf("no result of %s", name)
		}
		if got := fmt.Sprintf("%s %v %v", r.Ended, r.Subs, r.Logs); got != want {
			t.Errorf("%s: %s; want %s", name, got, want)
		}
	}
	if r := results["TestGone"]; r == nil || r.Ended != "fail" || !strings.Contains(fmt.Sprint(r.Logs), "nil map") {
		t.Errorf("a test that panics: %+v", r)
	}
	if some, err := Test(dir, "^TestGood$"); err != nil || len(some) != 2 {
		t.Errorf("%d results, %v; want 2, of one test", len(some), err)
	}
}

func TestErrors(t *testing.T) {
	broken := module(t, map[string]string{"m_test.go": "package m\n\nvar x int = \"1\"\n"})
	if _, err := Test(broken, ""); err == nil || !strings.Contains(err.Error(), "cannot use") {
		t.Errorf("of a package that cannot be compiled: %v", err)
	}
	if _, err := Run(t.TempDir(), "list"); err == nil || !strings.Contains(err.Error(), "go list: ") {
		t.Errorf("in a folder without a module: %v", err)
	}
	t.Setenv("PATH", "")
	if _, err := Run(".", "version"); err == nil || !strings.Contains(err.Error(), "no command go") {
		t.Errorf("without the command go: %v", err)
	}
}
