//go:build unix

package main

import (
	"os/signal"
	"syscall"
)

// Ctrl-C ends not only this command but also a tee that reads its output. Without this the next write would then end
// the command before its last line, and with another exit status. Now it is an error like others.
func init() { signal.Ignore(syscall.SIGPIPE) }
