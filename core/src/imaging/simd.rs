//! Vector instructions: the same Rust, compiled twice.
//!
//! A kernel is a plain function, `#[inline(always)]`, whose loops the compiler turns into vector code. [`Simd::run`] picks
//! the copy that the processor takes: with AVX2, FMA and BMI2 (x86-64-v3) where it has them, else the one of the target
//! itself, which has SSE2 on x86-64 and NEON on arm64. Both are made of the same source and nothing in it is reordered
//! (floats are neither fused nor summed in another order), so that both give the same bytes.

/// What the processor has, looked up once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Simd {
    #[cfg(target_arch = "x86_64")]
    avx2: Option<fearless_simd::Avx2>,
}

impl Simd {
    /// Nothing beyond the target.
    #[cfg(any(test, fuzzing))]
    pub(crate) const TARGET: Self = Self {
        #[cfg(target_arch = "x86_64")]
        avx2: None,
    };

    /// The best that the processor has.
    pub(crate) fn detect() -> Self {
        Self {
            #[cfg(target_arch = "x86_64")]
            avx2: fearless_simd::Level::new().as_avx2(),
        }
    }

    /// Runs a kernel: give it as `#[inline(always)] || ...`, and let all that it calls in its loops be
    /// `#[inline(always)]`, or it is compiled for the target alone.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "a kernel that is not inlined here is not compiled for the processor")]
    pub(crate) fn run<T>(self, kernel: impl FnOnce() -> T) -> T {
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = self.avx2 {
            return fearless_simd::Simd::vectorize(avx2, kernel);
        }
        kernel()
    }
}

/// A kernel of vector types, where loops alone do not become the instructions that are there for it. It is to be
/// `#[inline(always)]` with all that it calls in its loops.
pub(crate) trait Kernel {
    fn run<S: fearless_simd::Simd>(self, vectors: S);
}

impl Simd {
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "as for `run`")]
    pub(crate) fn run_kernel(self, kernel: impl Kernel) {
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = self.avx2 {
            fearless_simd::Simd::vectorize(
                avx2,
                #[inline(always)]
                || kernel.run(avx2),
            );
        } else if let Some(sse2) = fearless_simd::Level::baseline().as_sse2() {
            kernel.run(sse2); // which every x86-64 has
        }
        #[cfg(target_arch = "aarch64")]
        if let Some(neon) = fearless_simd::Level::baseline().as_neon() {
            kernel.run(neon); // which every arm64 has
        }
        #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
        fearless_simd::dispatch!(fearless_simd::Level::baseline(), vectors => kernel.run(vectors));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[inline(always)]
    #[allow(clippy::inline_always, reason = "as `run` asks for")]
    fn weigh(sums: &mut [f32], samples: &[u8], weight: f32) {
        for (sum, sample) in sums.iter_mut().zip(samples) {
            *sum += f32::from(*sample) * weight;
        }
    }

    #[test]
    fn both_copies_give_the_same() {
        let samples: Vec<u8> = (0..1000_u32).map(|at| (at * at % 251) as u8).collect();
        let sums = |simd: Simd| {
            let mut sums = vec![0.1; samples.len()];
            for weight in [0.3, -0.7, 1e-3] {
                simd.run(
                    #[inline(always)]
                    || weigh(&mut sums, &samples, weight),
                );
            }
            sums.into_iter().map(f32::to_bits).collect::<Vec<_>>()
        };
        assert_eq!(sums(Simd::detect()), sums(Simd::TARGET));
    }
}
