//go:build !js

package main

import (
	"context"
	"embed"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

//go:embed index.html page.css page.js worker.js
var files embed.FS

// serve serves the page until ctx is cancelled. Then it returns http.ErrServerClosed.
func serve(ctx context.Context, addr string, t *tabs, stdout io.Writer) error {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("-addr %s: %w", addr, err)
	}
	to := "the page"
	if at, ok := l.Addr().(*net.TCPAddr); ok && !at.IP.IsLoopback() {
		to += " to all who can reach this computer"
	}
	names := strings.NewReplacer("127.0.0.1:", "localhost:", "[::]:", "localhost:", "0.0.0.0:", "localhost:")
	onThis := names.Replace(l.Addr().String())
	fmt.Fprintf(stdout, "http://%s shows %s; Ctrl-C ends it\n", onThis, to)
	s := &http.Server{
		Handler:        handler(t),
		ReadTimeout:    10 * time.Second,
		WriteTimeout:   30 * time.Second,
		IdleTimeout:    2 * time.Minute,
		MaxHeaderBytes: 1 << 14,
	}
	context.AfterFunc(ctx, func() {
		time.Sleep(time.Second / 4) // for answers under way
		s.Close()
	})
	return s.Serve(l)
}

// handler answers what comes by HTTP and sets what a browser may do with the page. It answers only those who ask for
// this computer by its address. Else a page from elsewhere could have its own name lead here, and a browser would take
// the two for one (DNS rebinding).
func handler(t *tabs) http.Handler {
	for ending, kind := range map[string]string{".html": "html", ".css": "css", ".js": "javascript"} {
		mime.AddExtensionType(ending, "text/"+kind+"; charset=utf-8") // whatever this computer says of them
	}
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(files))
	mux.HandleFunc("POST /ask", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20+1))
		switch kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); {
		case kind != "application/json": // which no page from elsewhere can send, unless it is told that it may
			http.Error(w, "A question is sent as application/json.", http.StatusUnsupportedMediaType)
		case len(body) > 1<<20:
			http.Error(w, "A question has at most 1 MB.", http.StatusRequestEntityTooLarge)
		case err != nil:
			http.Error(w, "The question did not arrive whole.", http.StatusBadRequest)
		default:
			status, text := t.ask(body)
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			w.Write(text)
		}
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; "+
			"img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		host := (&url.URL{Host: r.Host}).Hostname()
		if _, err := netip.ParseAddr(host); err != nil && !strings.EqualFold(host, "localhost") {
			http.Error(w, "Ask for localhost, or for an IP address.", http.StatusForbidden)
			return
		}
		mux.ServeHTTP(w, r)
	})
}
