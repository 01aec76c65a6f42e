//! Chance that is the same in every run.

/// A small generator of its own, so that a seed means the same history for ever.
pub struct Dice(u64);

impl Dice {
    /// Chance of that seed.
    pub fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// From 0 up to `below`, which is no part of it.
    pub fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % below.max(1)
    }

    /// One of these, if there are any.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        if from.is_empty() { None } else { from.get(self.roll(from.len())) }
    }

    /// Whether it happens, once in so many times.
    pub fn one_in(&mut self, times: usize) -> bool {
        self.roll(times) == 0
    }
}
