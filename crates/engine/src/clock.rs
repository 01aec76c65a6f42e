//! The one clock. Nothing else in the program asks the time.

use jmap::UtcDate;
use parking_lot::Mutex;
use std::{future::Future, pin::Pin, sync::Arc, time::Duration};
use tokio::sync::watch;

/// A future that ends at an instant.
pub type Sleep<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Tells the time, and waits.
pub trait Clock: Send + Sync {
    /// Now, in UTC.
    fn now(&self) -> UtcDate;
    /// Ends at that instant of this clock, or at once if it has passed.
    fn sleep_until(&self, at: UtcDate) -> Sleep<'_>;
}

/// The clock of the machine.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn now(&self) -> UtcDate {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        UtcDate::from_ms(since.as_millis() as i64)
    }

    fn sleep_until(&self, at: UtcDate) -> Sleep<'_> {
        Box::pin(async move {
            // In steps, since the machine's clock may be set while we wait.
            loop {
                let left = at.ms() - self.now().ms();
                if left <= 0 {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(left.min(10_000) as u64)).await;
            }
        })
    }
}

/// A clock that stands still until a test moves it.
#[derive(Debug)]
pub struct TestClock(watch::Sender<UtcDate>, Mutex<()>);

impl TestClock {
    /// Stands at that instant.
    pub fn at(now: UtcDate) -> Arc<TestClock> {
        Arc::new(TestClock(watch::Sender::new(now), Mutex::new(())))
    }

    /// Goes to that instant, backwards too.
    pub fn set(&self, now: UtcDate) {
        let _one = self.1.lock();
        self.0.send_replace(now);
    }

    /// Goes on by so many milliseconds.
    pub fn advance(&self, ms: i64) {
        let _one = self.1.lock();
        let now = *self.0.borrow();
        self.0.send_replace(now.plus_ms(ms));
    }
}

impl Clock for TestClock {
    fn now(&self) -> UtcDate {
        *self.0.borrow()
    }

    fn sleep_until(&self, at: UtcDate) -> Sleep<'_> {
        let mut seen = self.0.subscribe();
        Box::pin(async move {
            // The sender lives as long as self, so this ends only when the time has come.
            let _ = seen.wait_for(|now| *now >= at).await;
        })
    }
}
