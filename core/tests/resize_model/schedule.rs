//! In which order everything happens.

use super::random::Random;

/// Chooses what happens next.
pub(crate) trait Schedule {
    /// A number below `count`.
    fn choose(&mut self, count: usize) -> usize;
}

/// An order that is drawn.
pub(crate) struct Drawn(pub Random);

impl Schedule for Drawn {
    fn choose(&mut self, count: usize) -> usize {
        self.0.below(count)
    }
}

/// Every order, one after the other: the last choice that has another one left takes it, those after it begin anew.
#[derive(Default)]
pub(crate) struct Enumerated {
    /// What was chosen, and of how many.
    choices: Vec<(usize, usize)>,
    at: usize,
    has_begun: bool,
}

impl Enumerated {
    /// Goes to the next order; `false` after the last one.
    pub(crate) fn begin(&mut self) -> bool {
        self.at = 0;
        if !self.has_begun {
            self.has_begun = true;
            return true;
        }
        while let Some((choice, count)) = self.choices.pop() {
            if choice + 1 < count {
                self.choices.push((choice + 1, count));
                return true;
            }
        }
        false
    }
}

impl Schedule for Enumerated {
    fn choose(&mut self, count: usize) -> usize {
        if self.at == self.choices.len() {
            self.choices.push((0, count));
        }
        let (choice, before) = self.choices[self.at];
        assert_eq!(before, count, "the same choices lead to the same world");
        self.at += 1;
        choice
    }
}
