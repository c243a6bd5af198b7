// The two sleeping primitives of POSIX at addresses that never move.
import Glibc

/// A mutex that may be held over calls into bodies.
final class PosixMutex: @unchecked Sendable {
  // SAFETY: a pthread mutex is made to be shared between threads; its address is fixed until deinit.
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>

  init() {
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  func lock() { pthread_mutex_lock(mutex) }
  func unlock() { pthread_mutex_unlock(mutex) }
}

/// A mutex with a condition to sleep on.
final class PosixCondition: @unchecked Sendable {
  // SAFETY: as PosixMutex.
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>

  init() {
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    pthread_mutex_init(mutex, nil)
    condition = .allocate(capacity: 1)
    condition.initialize(to: pthread_cond_t())
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    condition.deallocate()
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  func lock() { pthread_mutex_lock(mutex) }
  func unlock() { pthread_mutex_unlock(mutex) }

  /// Sleeps until woken; the lock must be held, is free while sleeping, and held again afterwards.
  func wait() { pthread_cond_wait(condition, mutex) }

  /// Wakes every sleeper; the lock must not be held.
  func wakeAll() {
    lock()
    pthread_cond_broadcast(condition)
    unlock()
  }
}
