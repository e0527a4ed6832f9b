//! Ordered parallel batches: work is spread over all cores, results come back in the order of the input.

use crate::error::{Error, Result};
use crate::threads::spawned;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// How many batches may be under way for each worker, besides the one that is put in and the one that is taken out; bounds
/// memory.
const BATCHES_PER_WORKER: usize = 2;

/// The threads that do the work, shared by all who have a clone; without any, work is done on the caller's thread.
#[derive(Clone, Debug, Default)]
pub struct Workers(Option<Arc<rayon::ThreadPool>>);

impl Workers {
    /// Returns `threads` workers; 0 = one for each core, 1 = none beside the caller's thread.
    ///
    /// # Errors
    /// `no-thread` (kind `Output`) if the system refuses them.
    pub fn new(threads: usize) -> Result<Self> {
        if threads == 1 {
            return Ok(Self(None));
        }
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|index| format!("fasttrack-{index}"))
            .build()
            .map_err(|error| Error::no_thread(&error))?;
        Ok(Self(Some(Arc::new(pool))))
    }

    /// Returns whether work is done beside the caller's thread.
    #[must_use]
    pub const fn are_beside(&self) -> bool {
        self.0.is_some()
    }
}

/// Runs `source` on a thread of its own, `work` on the workers, and `sink` here, in the order of the source.
///
/// - **shape**: `source` gives its batches to the function it is called with; each becomes one result of `work`, and
///   `sink` gets them one by one in the order they were given. Results do not depend on the number of workers.
/// - **bounds**: at most two batches for each worker and two more are under way; without workers all three run on this
///   thread, one batch after the other. `sink` may call this again with the same workers.
///
/// # Errors
/// The first error of `source`, `work` or `sink`, in the order of the input; the others are stopped.
pub fn ordered<B, R>(
    workers: &Workers,
    source: impl FnOnce(&mut dyn FnMut(B) -> Result<()>) -> Result<()> + Send,
    work: impl Fn(B) -> Result<R> + Sync,
    mut sink: impl FnMut(R) -> Result<()>,
) -> Result<()>
where
    B: Send,
    R: Send,
{
    let Some(pool) = &workers.0 else {
        return source(&mut |batch| sink(work(batch)?));
    };
    let (places, queue) =
        sync_channel::<Receiver<Result<R>>>(pool.current_num_threads() * BATCHES_PER_WORKER);
    let work = &work;
    thread::scope(|threads| {
        // The thread takes `places` with it, so that the queue ends when the source does.
        let reader = spawned(threads, move || {
            pool.in_place_scope(|scope| {
                source(&mut |batch| {
                    let (result, place) = sync_channel(1);
                    places.send(place).map_err(|_| stopped())?;
                    scope.spawn(move |_| send(&result, work(batch)));
                    Ok(())
                })
            })
        })?;
        let outcome = drain(queue, &mut sink);
        let read =
            reader.join().unwrap_or_else(|_| Err(Error::internal("the reading thread stopped unexpectedly")));
        // A failing sink stops the reader; the sink's error is the cause.
        outcome.and(read)
    })
}

/// Runs `main` here, and beside it `work` on the workers for each batch that `main` gives to the function it is called
/// with; `sink` gets the results on a thread of its own, in the order in which the batches were given.
///
/// - **bounds**: as with [`ordered`], which `main` may call with the same workers.
///
/// # Errors
/// That of `work` or `sink`, or else that of `main`.
pub fn beside<B, R, T>(
    workers: &Workers,
    work: impl Fn(B) -> Result<R> + Sync + Send,
    mut sink: impl FnMut(R) -> Result<()> + Send,
    main: impl FnOnce(&mut dyn FnMut(B) -> Result<()>) -> Result<T>,
) -> Result<T>
where
    B: Send,
    R: Send,
{
    if workers.0.is_none() {
        return main(&mut |batch| sink(work(batch)?));
    }
    let (batches, queue) = sync_channel::<B>(1);
    thread::scope(|threads| {
        let others = spawned(threads, move || {
            ordered(workers, |emit| queue.into_iter().try_for_each(emit), work, sink)
        })?;
        let outcome = main(&mut |batch| batches.send(batch).map_err(|_| stopped()));
        // The others come to their end when nothing more is given to them.
        drop(batches);
        let beside = others.join();
        beside.unwrap_or_else(|_| Err(Error::internal("a worker thread stopped unexpectedly")))?;
        outcome
    })
}

fn send<R>(result: &SyncSender<Result<R>>, value: Result<R>) {
    // Nobody listens any more only after an earlier error, which is the one to report.
    let _ = result.send(value);
}

fn drain<R>(queue: Receiver<Receiver<Result<R>>>, sink: &mut impl FnMut(R) -> Result<()>) -> Result<()> {
    for place in queue {
        sink(place.recv().map_err(|_| Error::internal("a worker thread stopped unexpectedly"))??)?;
    }
    Ok(())
}

fn stopped() -> Error {
    Error::internal("stopped after an earlier error")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_input_for_any_number_of_workers() {
        for threads in [1, 2, 8] {
            let mut seen = Vec::new();
            let run = ordered(
                &Workers::new(threads).unwrap(),
                |emit| (0..1000_u64).try_for_each(emit),
                |number| {
                    thread::sleep(std::time::Duration::from_micros(number % 7 * 20));
                    Ok(number * 2)
                },
                |doubled| {
                    seen.push(doubled);
                    Ok(())
                },
            );
            assert!(run.is_ok());
            assert_eq!(seen, (0..1000).map(|number| number * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_is_worked_on_beside_keeps_its_order_too() {
        for threads in [1, 2, 8] {
            let workers = Workers::new(threads).unwrap();
            let (mut here, mut there) = (Vec::new(), Vec::new());
            let slow = |number: u64| {
                thread::sleep(std::time::Duration::from_micros(number % 5 * 20));
                Ok(number)
            };
            let done = beside(
                &workers,
                |number| slow(number * 2),
                |number| {
                    there.push(number);
                    Ok(())
                },
                |emit| {
                    let source = |emit: &mut dyn FnMut(u64) -> Result<()>| (0..300).try_for_each(emit);
                    ordered(&workers, source, slow, |number| {
                        here.push(number);
                        emit(number)
                    })?;
                    Ok("done")
                },
            );
            assert_eq!(done.unwrap(), "done");
            assert!(here.into_iter().eq(0..300) && there.into_iter().eq((0..300).map(|number| number * 2)));
        }
    }

    #[test]
    fn an_error_beside_is_the_one_that_is_reported() {
        let workers = Workers::new(4).unwrap();
        let fails_at = |from: u64| {
            move |number: u64| {
                if number >= from { Err(Error::internal(format!("{number}"))) } else { Ok(()) }
            }
        };
        let by_work =
            beside(&workers, fails_at(42), |()| Ok(()), |emit| (0..1000_u64).try_for_each(&mut *emit));
        assert!(by_work.is_err_and(|error| error.to_string().contains("42")));
        let by_main = beside(
            &workers,
            Ok,
            |_: u64| Ok(()),
            |emit| {
                (0..7).try_for_each(&mut *emit)?;
                fails_at(7)(7)
            },
        );
        assert!(by_main.is_err_and(|error| error.to_string().contains('7')));
    }

    #[test]
    fn the_first_error_in_the_order_of_the_input_is_reported() {
        let failing = |from: u64| {
            move |number: u64| {
                if number >= from { Err(Error::internal(format!("{number}"))) } else { Ok(number) }
            }
        };
        let four = Workers::new(4).unwrap();
        let by_work = ordered(&four, |emit| (0..100).try_for_each(emit), failing(42), |_| Ok(()));
        assert!(by_work.is_err_and(|error| error.to_string().contains("42")));
        let by_sink =
            ordered(&four, |emit| (0..100).try_for_each(emit), Ok, |number| failing(7)(number).map(|_| ()));
        assert!(by_sink.is_err_and(|error| error.to_string().contains('7')));
        let by_source = ordered(
            &four,
            |emit| {
                emit(1)?;
                Err(Error::internal("torn"))
            },
            Ok,
            |_: u64| Ok(()),
        );
        assert!(by_source.is_err_and(|error| error.to_string().contains("torn")));
    }
}
