package diagnose

import (
	"fmt"
	"math"

	"nndl"
)

// signs are what the causes are told apart by.
type signs struct {
	move   float64 // how far the first steps move a z, in the layer where it is most
	rise   float64 // the cost over that before training
	decay  float64 // the part of a weight that λ takes in a step
	stiff  int     // the last layer that was saturated from the start, if any
	driven float64 // the share of the saturated neurons at the end, in the layer where it is largest
	faint  bool    // whether little of δ came back to layer 1, from the start
}

func (r *Run) signs() (s signs) {
	before, after, L := r.Before.Layers, r.After.Layers, len(r.Before.Layers)
	s.rise = r.After.Cost / r.Before.Cost
	s.decay = r.sgd.Eta * r.sgd.Lambda / float64(r.n)
	s.faint = before[0].Delta < faint*before[L-1].Delta
	for l := 1; l <= L; l++ {
		s.move = max(s.move, r.sgd.Eta*before[l-1].move)
		if _, matched := r.sgd.Cost.(nndl.Matched); matched && l == L {
			break // δ^L has no factor σ'
		}
		s.driven = max(s.driven, after[l-1].Saturated)
		limit := 0.9 // what hidden neurons at 0 and 1 answer is still of use
		if l == L {
			limit = 0.5
		}
		if before[l-1].Saturated >= limit {
			s.stiff = l
		}
	}
	return s
}

// Cause returns why the network reads little, and what to try. It returns nothing if the network reads enough or is
// young, or if no cause is found.
func (r *Run) Cause() (why, try string) {
	eta, steps, s := r.sgd.Eta, float64(r.steps), r.signs()
	first, last := r.Before.Layers[0], r.Before.Layers[len(r.Before.Layers)-1]
	pulled := !s.faint && math.Pow(1-s.decay, steps) < 0.01 && r.After.Layers[0].Weights < first.Weights
	sign := fmt.Sprintf("a step moves z by %.3g, and beyond ±4.6 σ is flat", s.move)
	if s.rise > 1.5 {
		sign = fmt.Sprintf("the steps lead uphill, to %.3g times the cost", s.rise)
	}
	for _, c := range []struct {
		found    bool
		why, try string
	}{{
		s.stiff > 0 && !r.Before.reads(),
		fmt.Sprintf("its weights were too large from the start: they saturate the neurons of layer %d", s.stiff),
		"try weights from N(0, 1/n), -init scaled; TestBook3_ScaledWeights: where on σ a neuron starts",
	}, {
		s.driven >= 0.8 && s.move >= leap || s.rise > 1.5 && (s.driven >= 0.8 || !pulled),
		fmt.Sprintf("η = %v is too large: %s", eta, sign),
		fmt.Sprintf("try η below %.1g; TestExercise1_4: only a short step leads downhill", min(eta/10, eta/s.move)),
	}, {
		pulled,
		fmt.Sprintf("λ = %v pulls everything to 0: it halves a weight every %.2g steps", r.sgd.Lambda,
			math.Ln2/s.decay),
		fmt.Sprintf("try λ = %.1g; TestBook3_L2Regularisation: how fast a weight decays", 1e-4*float64(r.n)),
	}, {
		s.move < creep,
		fmt.Sprintf("η = %v is too small: a step moves z by %.2g, %v steps by %.2g at best", eta, s.move, steps,
			steps*s.move),
		fmt.Sprintf("try η = %.1g; TestBook3_LearningRateSchedule: one too small arrives nowhere", eta/s.move),
	}, {
		s.faint,
		fmt.Sprintf("it has too many layers: δ of layer 1 is %.1g times as long as that of the last",
			first.Delta/last.Delta),
		"try one or two hidden layers; TestSection2_1: (BP2) multiplies δ by w and σ', which is at most 1/4",
	}} {
		if c.found && r.steps >= young && !r.After.reads() {
			return c.why, c.try
		}
	}
	return "", ""
}

// reads reports whether the network reads enough.
func (v *Vitals) reads() bool { return float64(v.Right) >= Enough*float64(v.Digits) }
