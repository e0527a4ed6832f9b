//! Runs that wait for their turn, and those that are under way.

use crate::id::Id;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, oneshot};

/// First come, first served.
#[derive(Default)]
pub(crate) struct Queue {
    inner: Mutex<Inner>,
    came: Notify,
}

#[derive(Default)]
struct Inner {
    waiting: VecDeque<Id>,
    /// Tells a run to stop.
    running: HashMap<Id, oneshot::Sender<()>>,
}

impl Queue {
    /// Puts a run at the end; `false` = `most` are waiting already.
    pub(crate) fn push(&self, run: Id, most: usize) -> bool {
        let mut inner = self.inner();
        let has_room = inner.waiting.len() < most;
        if has_room {
            inner.waiting.push_back(run);
            self.came.notify_one();
        }
        has_room
    }

    /// Waits for the next run, and returns it with what tells that it has to stop.
    pub(crate) async fn next(&self) -> (Id, oneshot::Receiver<()>) {
        loop {
            let came = self.came.notified();
            {
                let mut inner = self.inner();
                if let Some(run) = inner.waiting.pop_front() {
                    let (stop, stopped) = oneshot::channel();
                    inner.running.insert(run.clone(), stop);
                    if !inner.waiting.is_empty() {
                        self.came.notify_one();
                    }
                    return (run, stopped);
                }
            }
            came.await;
        }
    }

    /// Says that a run is over.
    pub(crate) fn done(&self, run: &Id) {
        self.inner().running.remove(run);
    }

    /// Returns the place of a run among those that wait, from 1.
    pub(crate) fn place(&self, run: &Id) -> Option<usize> {
        self.inner().waiting.iter().position(|waiting| waiting == run).map(|place| place + 1)
    }

    /// Takes a run out; `true` = it was waiting. One that is under way is told to stop.
    pub(crate) fn cancel(&self, run: &Id) -> bool {
        let mut inner = self.inner();
        let before = inner.waiting.len();
        inner.waiting.retain(|waiting| waiting != run);
        if let Some(stop) = inner.running.remove(run) {
            // One that has ended by itself does not listen.
            let _ = stop.send(());
        }
        inner.waiting.len() < before
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn runs_have_a_place_their_turn_and_an_end() {
        let queue = Queue::default();
        let [first, second, third] = [(); 3].map(|()| Id::new().unwrap());
        assert!(queue.push(first.clone(), 2) && queue.push(second.clone(), 2));
        assert!(!queue.push(third.clone(), 2), "the queue is full");
        assert_eq!((queue.place(&first), queue.place(&second)), (Some(1), Some(2)));
        let (next, stopped) = queue.next().await;
        assert_eq!((&next, queue.place(&second)), (&first, Some(1)));
        assert!(queue.cancel(&second), "it was waiting");
        assert_eq!(queue.place(&second), None);
        assert!(!queue.cancel(&first), "it was under way");
        stopped.await.unwrap();
    }
}
