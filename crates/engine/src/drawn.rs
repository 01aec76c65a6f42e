//! What a command draws by chance, the same in each of its runs.

use std::cell::{Cell, RefCell};

use jmap::Id;

/// Ids drawn by chance. A command may run several times, and an id that was another one each time would be asked for in
/// vain each time.
#[derive(Default)]
pub(crate) struct Drawn {
    ids: RefCell<Vec<Id>>,
    next: Cell<usize>,
}

impl Drawn {
    /// A run begins.
    pub(crate) fn rewind(&self) {
        self.next.set(0);
    }

    /// The next one of this run.
    pub(crate) fn next(&self, letter: u8, fresh: impl FnOnce() -> Id) -> Id {
        let place = self.next.replace(self.next.get() + 1);
        let mut ids = self.ids.borrow_mut();
        if place == ids.len() {
            ids.push(fresh());
        }
        ids[place].with_letter(letter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_run_draws_the_same_ids() {
        let (drawn, counted) = (Drawn::default(), Cell::new(0_u8));
        let draw = |letter| {
            drawn.next(letter, || {
                counted.set(counted.get() + 1);
                Id::derived(b'i', [counted.get(); 16])
            })
        };
        let first = [draw(b'i'), draw(b'i')];
        drawn.rewind();
        assert_eq!([draw(b'i'), draw(b'i')], first);
        assert_ne!(first[0], first[1]);
        assert_eq!(draw(b'p').letter(), b'p');
        assert_eq!(counted.get(), 3);
    }
}
