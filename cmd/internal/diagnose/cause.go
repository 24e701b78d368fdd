package diagnose

import (
	"fmt"
	"math"

	"nndl"
)

// Cause returns why the network reads little, and what to try. It returns nothing if the network reads enough or is
// young, or if no cause is found.
func (r *Run) Cause() (why, try string) {
	eta, lambda, steps, L := r.sgd.Eta, r.sgd.Lambda, float64(r.steps), len(r.Before.Layers)
	first, last := r.Before.Layers[0], r.Before.Layers[L-1]
	move, driven, stiff := 0.0, 0.0, 0
	for l := 1; l <= L; l++ {
		before, after := r.Before.Layers[l-1], r.After.Layers[l-1]
		move = max(move, eta*before.move)
		if _, matched := r.sgd.Cost.(nndl.Matched); matched && l == L {
			continue // δ^L has no factor σ'
		}
		driven = max(driven, after.Saturated)
		if before.Saturated >= 0.9 || before.Saturated >= 0.5 && l == L { // hidden neurons at 0 and 1 are of some use
			stiff = l
		}
	}
	rise, decay := r.After.Cost/r.Before.Cost, eta*lambda/float64(r.n)
	faint := first.Delta < faint*last.Delta
	pulled := !faint && math.Pow(1-decay, steps) < 0.01 && r.After.Layers[0].Weights < first.Weights
	tooLarge := fmt.Sprintf("a step moves z by %.3g, and beyond ±4.6 σ is flat", move)
	if rise > 1.5 {
		tooLarge = fmt.Sprintf("the steps lead uphill, to %.3g times the cost", rise)
	}
	for _, c := range []struct {
		found    bool
		why, try string
	}{{
		stiff > 0 && !r.Before.reads(),
		fmt.Sprintf("its weights were too large from the start: they saturate the neurons of layer %d", stiff),
		"try weights from N(0, 1/n), -init scaled; TestBook3_ScaledWeights: where on σ a neuron starts",
	}, {
		driven >= 0.8 && move >= leap || rise > 1.5 && (driven >= 0.8 || !pulled),
		fmt.Sprintf("η = %v is too large: %s", eta, tooLarge),
		fmt.Sprintf("try η below %.1g; TestExercise1_4: only a short step leads downhill", min(eta/10, eta/move)),
	}, {
		pulled,
		fmt.Sprintf("λ = %v pulls everything to 0: it halves a weight every %.2g steps", lambda, math.Ln2/decay),
		fmt.Sprintf("try λ = %.1g; TestBook3_L2Regularisation: how fast a weight decays", 1e-4*float64(r.n)),
	}, {
		move < creep,
		fmt.Sprintf("η = %v is too small: a step moves z by %.2g, and %v steps move it by %.2g at best", eta, move, steps,
			steps*move),
		fmt.Sprintf("try η = %.1g; TestBook3_LearningRateSchedule: one too small arrives nowhere", eta/move),
	}, {
		faint,
		fmt.Sprintf("it has too many layers: on its way from layer %d to layer 1, δ shrinks to %.1g of its length", L,
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
