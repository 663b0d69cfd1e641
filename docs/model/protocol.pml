/*
 * How one profile is merged, erased and announced. README.md beside this file
 * says what the model leaves out, and why.
 *
 * A change is represented by its stamp: 1 is the oldest, N the newest. A value is
 * the stamp of the change that set it. Each step names the code that it models.
 */

#ifndef N
#define N 3 /* changes */
#endif
#ifndef KINDS
#define KINDS 5 /* each change is one of the first 3 or 5 kinds in choose; with 17, any kind */
#endif
#ifndef INFER
#define INFER 0 /* 1: changes may be inferred; each change is one of the first 3, 4, 5 or 7 kinds in choose_origin */
#endif
#ifndef TIME
#define TIME 1 /* 1: the horizon passes; old tombstones and empty profiles are removed */
#endif
#ifndef ANNOUNCE
#define ANNOUNCE 1 /* 1: with the stream, republish and a subscriber */
#endif
#ifndef BY_HAND
#define BY_HAND 0 /* 1: somebody may delete the item in the table, once; with ANNOUNCE only for 2 changes */
#endif
#ifndef SECONDS
#define SECONDS 0 /* 1: changes may be without an id; then their stamp depends on the second in which the bus took them */
#endif
#ifndef CONSUMERS
#define CONSUMERS 2
#endif
#ifndef WATCH
#define WATCH 0 /* the guarantee to check; 0: all */
#endif

#if BY_HAND
/* Each change may be stored again after the removal, and each consumer may store a part of one before. The removal
 * counts too. */
#define REVISIONS (2 * N + 1 + CONSUMERS)
#else
#define REVISIONS N
#endif
#define RECORDS (3 * REVISIONS + 4)
#define BIT(c)  (1 << (c))
#define ALL     ((1 << (N + 1)) - 2)

/* The content of a change: bit 0 is replace, then two bits for each register. Registers 0 and 1 hold what was stated
 * about the keys a and b. Register 2 holds what was inferred about a. */
#define SET   1
#define UNSET 2
#define KIND(replace, a, b) ((replace) + 2 * (a) + 8 * (b))
#define INFERRED(a) (32 * (a))
#define REPLACES(c) (kind[c] & 1)
#define SAYS(c, k)  ((kind[c] >> (1 + 2 * (k))) & 3)
byte kind[N + 1];

#if INFER
#define REGISTERS 3
#else
#define REGISTERS 2
#endif

/* The item. revision 0: there is no item. stamp[k] 0: nothing is stored in register k. */
byte revision, cleared, expires; /* expires: the stamp whose retention must be over */
byte stamp[REGISTERS];

#ifdef MUTANT_SHOW_HIDDEN
#define VISIBLE(k) (SAYS(stamp[k], k) == SET)
#else
#define VISIBLE(k) (SAYS(stamp[k], k) == SET && stamp[k] >= cleared)
#endif
#define HIDDEN(k) (stamp[k] != 0 && stamp[k] < cleared)
#define MAX(x, y) ((x) > (y) -> (x) : (y))
#define LEAST(x, y) ((x) == 0 -> (y) : ((y) == 0 || (x) < (y) -> (x) : (y))) /* 0: none */

/* What was inferred: Shown and below in events/state.go. */
#if INFER
bit emptied; /* the value of register 2 is not in the item, its stamp alone is */
#define LATER(stated) (stamp[2] > (stated))
#define VALUED (SAYS(stamp[2], 2) == SET && !emptied)
#define OVERRULED (VALUED && !HIDDEN(2) && !LATER(stamp[0])) /* a dead inference with its value */
#ifdef MUTANT_SHOW_OVERRULED
#define GUESS (VALUED && stamp[2] >= cleared -> stamp[2] : 0)
#else
#ifdef MUTANT_FENCE_STATED_ALONE
#define GUESS (VALUED && LATER(stamp[0]) -> stamp[2] : 0)
#else
#define GUESS (VALUED && stamp[2] >= cleared && LATER(stamp[0]) -> stamp[2] : 0)
#endif
#endif
#ifdef MUTANT_LATEST_WINS
#define SHOWN_FIRST(k) (VISIBLE(k) && !((k) == 0 && GUESS))
#else
#define SHOWN_FIRST(k) VISIBLE(k)
#endif
#define HIDES (HIDDEN(0) || HIDDEN(1) || HIDDEN(2))
#define ENDED (SAYS(stamp[2], 2) == SET && !(VALUED && LATER(stamp[0]))) /* dead, with its value or without */
#define VACANT(k) (SAYS(stamp[k], k) == UNSET || ((k) == 2 && ENDED))
#else
#define GUESS 0
#define SHOWN_FIRST(k) VISIBLE(k)
#define OVERRULED false
#define HIDES (HIDDEN(0) || HIDDEN(1))
#define VACANT(k) (SAYS(stamp[k], k) == UNSET)
#endif

#define SHOWN(k)     (SHOWN_FIRST(k) -> stamp[k] : ((k) == 0 -> GUESS : 0))
#define SHOWS        (SHOWN(0) || SHOWN(1))
#ifdef MUTANT_LAPSE_STATED_ALONE
#define LAPSES       (revision && expires == 0 && !VISIBLE(0) && !VISIBLE(1))
#else
#define LAPSES       (revision && expires == 0 && !SHOWS)
#endif
#define UNTIDY       (HIDES || OVERRULED || LAPSES)
#define TOMBSTONE(k) (VACANT(k) && !HIDDEN(k))

/* The queue. It may deliver any change that is not too old, any number of times, and
 * it may dead-letter any change that is not acknowledged, at any time. When it does so
 * makes no difference until all is quiet. So a change that is not acknowledged by then
 * counts as a dead letter. */
byte waiting = ALL;
byte held[2];       /* by each consumer */
#define DEAD(c) (waiting & BIT(c))

/* Time. A change at or below tooOld is refused; at or below retired nothing must be kept. */
byte tooOld, retired;

/* The stream: the revision in each new image, 0 for the removal of an item that shows nothing. The removal of
 * one that shows something has no image either: the model writes the revision that it is announced as, and GONE.
 * Then what each revision made visible, and its fence. */
#define GONE 8
byte record[RECORDS], records;
byte shown[2 * (REVISIONS + 1)];
byte fences[REVISIONS + 1];

/* The bus: bit p of pending[r] is an announcement from revision p to revision r. */
byte pending[8];
#define PENDING (pending[1] | pending[2] | pending[3] | pending[4] | pending[5] | pending[6] | pending[7])
byte covered; /* revisions that were announced or dead-lettered */
bit latest;   /* whether the last one was announced */

/* The subscriber. */
byte copy, copied[2];

/* Kept only to check guarantees; the pipeline does not have these. */
byte clock;   /* milliseconds, as slow as possible: one for each revision ever made or announced */
byte fenced;  /* the greatest replace ever stored; since somebody deleted the item, where that happened */
byte merged;  /* changes that were once stored or found superseded; likewise */
bit removed;  /* whether somebody deleted the item */
byte gone;    /* changes that went with it, or were superseded by what went */
byte most[REGISTERS]; /* the greatest stamp stored in each register since then */
#if INFER
bit hollow;   /* whether most[2] was stored without its value */
#define COUNTS true
#else
#define COUNTS removed
#endif
bit untidy;   /* whether a consumer crashed since then and left the item so, see UNTIDY */
byte erasing; /* revisions that forgot everything earlier */
byte forgets[N + 1]; /* for a change without an id: the changes that it must cover, see take */

/* Republish only reads the stream, and the subscriber only reads announcements. What
 * they could do early they can also do late, because all of it is there by then. So
 * each phase waits for the one before it, which avoids most of the states. */
mtype = { choosing, merging, republishing, following, over };
mtype phase = choosing;

#define promise(g, holds) \
  if \
  :: (WATCH != 0 && WATCH != g) || (holds) \
  :: else -> printf("BROKEN: G%d\n", g); assert(false) \
  fi

/* ---- the table ---- */

inline log_record() {
  if /* two records in a row that leave the revision as it is stand for any number of them */
  :: records >= 2 && record[records - 1] == revision && record[records - 2] == revision
  :: else -> assert(records < RECORDS); record[records] = revision; records++
  fi
}

#define STANDS (SAYS(most[0], 0) == SET && most[0] >= fenced) /* a value was stated, and nothing took it back */

inline stored() { /* after each write */
  promise(3, (SHOWN(0) == 0 || SHOWN(0) >= fenced) && (SHOWN(1) == 0 || SHOWN(1) >= fenced));
#if INFER
  promise(3, SAYS(SHOWN(0), 2) == 0 || (SHOWN(0) > most[0] && !STANDS));
#endif
#if ANNOUNCE
  promise(4, SHOWN(0) == shown[2 * revision] && SHOWN(1) == shown[2 * revision + 1]);
  log_record();
#else
  promise(4, SHOWN(0) == shown[0] && SHOWN(1) == shown[1]);
#endif
#if BY_HAND
  untidy = untidy && UNTIDY;
#endif
#if INFER
  printf("       inferred: stamp %d, emptied %d\n", stamp[2], emptied);
#endif
  printf("       item: revision %d cleared %d stamps %d %d expires %d\n", revision, cleared, stamp[0], stamp[1], expires)
}

#ifdef MUTANT_FLOOR_AT_REMOVED
#define NOW (clock - removed) /* above the revision that was removed, not the one that was announced */
#else
#ifdef LIMIT_FLOOR_WHEN_SENT
#define NOW sent
#else
#define NOW clock
#endif
#endif

inline revise() { /* revision = if_not_exists(revision, now) + 1 */
#ifdef MUTANT_REVISION_RESET
  revision++;
#else
  revision = (revision -> revision : NOW) + 1;
#endif
  promise(6, revision > clock);
  (revision <= REVISIONS); /* more revisions than changes would break G9, but some mutants are checked without G9 */
  clock = MAX(clock, revision);
#if ANNOUNCE
  shown[2 * revision] = SHOWN(0);
  shown[2 * revision + 1] = SHOWN(1);
#if BY_HAND
  fences[revision] = cleared
#endif
#else
  shown[0] = SHOWN(0);
  shown[1] = SHOWN(1)
#endif
}

inline vanish() {
  revision = 0; cleared = 0; expires = 0; stamp[0] = 0; stamp[1] = 0
#if INFER
  ; stamp[2] = 0; emptied = 0
#endif
}

#ifdef MUTANT_REMOVAL_KEEPS_REVISION
#define REMOVED_AS revision
#else
#define REMOVED_AS (revision + 1)
#endif

/* Somebody deletes the item, and with it its fence and its tombstones. If it showed something, that is announced,
 * under a revision that no item ever has. The function's filter leaves out items that expire. */
inline delete_by_hand() {
  removed = 1;
  gone = merged; merged = 0; fenced = 0;
#if INFER
  most[0] = 0; most[1] = 0; most[2] = 0; hollow = 0;
#endif
  if
  :: expires == 0 && SHOWS ->
     promise(6, REMOVED_AS > clock);
     clock = revision + 1;
     printf("table: somebody deletes the item, which counts as revision %d\n", clock);
#if ANNOUNCE
     assert(records < RECORDS); record[records] = clock + GONE; records++;
     erasing = erasing | BIT(clock);
#else
     shown[0] = 0; shown[1] = 0;
#endif
     vanish()
  :: else ->
     printf("table: somebody deletes the item, which shows nothing\n");
     promise(4, !SHOWS);
     vanish();
     stored()
  fi
}

/* ---- apply: internal/profilestore/merge.go, upsert.go, tidy.go ---- */

#ifdef MUTANT_NO_CONDITION
#define NEWER(k) true
#else
#define NEWER(k) (want[k] == 0 || stamp[k] < want[k])
#endif
#if INFER
#define LOWEST LEAST(LEAST(want[0], want[1]), want[2])
#else
#define LOWEST LEAST(want[0], want[1])
#endif
#ifdef MUTANT_NO_FENCE_CONDITION
#define ABOVE_FENCE true
#else
#define ABOVE_FENCE (fence -> cleared < fence : cleared <= LOWEST)
#endif
#if INFER
#define ALL_NEWER (NEWER(0) && NEWER(1) && NEWER(2))
#define NOTHING_WINS (fence == 0 && want[0] == 0 && want[1] == 0 && want[2] == 0)
#else
#define ALL_NEWER (NEWER(0) && NEWER(1))
#define NOTHING_WINS (fence == 0 && want[0] == 0 && want[1] == 0)
#endif

inline fold(c) { /* events.State.Apply */
  if
  :: REPLACES(c) ->
     fence = c; want[0] = 0; want[1] = 0
#if INFER
     ; want[2] = 0
#endif
  :: else
  fi;
  want[0] = (SAYS(c, 0) -> c : want[0]);
  want[1] = (SAYS(c, 1) -> c : want[1])
#if INFER
  ; want[2] = (SAYS(c, 2) -> c : want[2]);
  valueless = SAYS(want[2], 2) == SET && want[2] <= want[0]
#endif
}

inline write(k) { stamp[k] = (want[k] -> want[k] : stamp[k]) }

inline land() {
  fenced = MAX(fenced, fence);
#ifndef MUTANT_NO_FENCE
  cleared = MAX(cleared, fence);
#else
  if :: fence -> stamp[0] = 0; stamp[1] = 0 :: else fi;
#endif
  write(0); write(1);
#if INFER
  write(2);
  emptied = (want[2] -> valueless : emptied);
#endif
#ifndef MUTANT_KEEP_EXPIRY
  expires = 0;
#endif
  promise(9, (held[me] & ~merged) != 0);
  revise();
#if BY_HAND || INFER
  most[0] = (COUNTS -> MAX(most[0], want[0]) : 0);
  most[1] = (COUNTS -> MAX(most[1], want[1]) : 0);
#endif
#if INFER
  hollow = (want[2] > most[2] -> valueless : hollow);
  most[2] = MAX(most[2], want[2]);
#endif
#if BY_HAND && ANNOUNCE
  erasing = erasing | (fence -> BIT(revision) : 0);
#endif
  settle();
  stored()
}

inline settle() { /* stored or superseded */
#if BY_HAND
  if
  :: removed && lossy -> gone = gone | (held[me] & ~merged)
  :: else ->
#endif
     merged = merged | held[me];
#if BY_HAND
     gone = gone & ~merged
  fi
#endif
}

inline drop_losers() { /* Winners in events/reflect.go */
  fence = (fence > cleared -> fence : 0);
  want[0] = (want[0] >= cleared && (want[0] > stamp[0] || HIDDEN(0)) -> want[0] : 0);
  want[1] = (want[1] >= cleared && (want[1] > stamp[1] || HIDDEN(1)) -> want[1] : 0)
#if INFER
  ; want[2] = (want[2] >= cleared && (want[2] > stamp[2] || HIDDEN(2)) -> want[2] : 0);
  valueless = SAYS(want[2], 2) == SET && (valueless || want[2] <= stamp[0])
#endif
#if BY_HAND
  ; lossy = lossy | !removed
#endif
}

#ifdef MUTANT_COLLECT_AT_ONCE
#define COLLECTABLE(k) (landed && TOMBSTONE(k))
#else
#define COLLECTABLE(k) (landed && TOMBSTONE(k) && stamp[k] <= retired)
#endif
#ifdef MUTANT_NO_REMOVAL
#define DOOMED(k) COLLECTABLE(k)
#else
#define DOOMED(k) (HIDDEN(k) || COLLECTABLE(k))
#endif
#ifdef MUTANT_REMOVE_BLINDLY
#define STILL(k) true
#else
#define STILL(k) (doomed[k] == 0 || stamp[k] <= doomed[k])
#endif
#ifdef MUTANT_EXPIRE_BLINDLY
#define UNREVISED true
#else
#define UNREVISED (until == 0 || revision == seen)
#endif
#ifdef MUTANT_TIDY_ANY_FENCE
#define STILL_FENCED true
#else
#define STILL_FENCED (cleared >= under) /* else the item is another one */
#endif
#if INFER
#ifdef MUTANT_EMPTY_ANY_INFERENCE
#define SAME_INFERENCE true
#else
#define SAME_INFERENCE (stamp[2] == overruled)
#endif
#ifdef MUTANT_EMPTY_WITHOUT_STATEMENT
#define STILL_OVERRULED SAME_INFERENCE
#else
#define STILL_OVERRULED (SAME_INFERENCE && stamp[0] >= overruled)
#endif
#define ALL_STILL (STILL(0) && STILL(1) && STILL(2) && (overruled == 0 || STILL_OVERRULED))
#define NOTHING_TO_TIDY (doomed[0] == 0 && doomed[1] == 0 && doomed[2] == 0 && overruled == 0 && until == 0)
#else
#define ALL_STILL (STILL(0) && STILL(1))
#define NOTHING_TO_TIDY (doomed[0] == 0 && doomed[1] == 0 && until == 0)
#endif
#if INFER && !defined(MUTANT_AS_OF_STATED_ALONE)
#define AS_OF MAX(cleared, MAX(stamp[0], MAX(stamp[1], stamp[2])))
#else
#define AS_OF MAX(cleared, MAX(stamp[0], stamp[1]))
#endif

inline plan_tidying() { /* tidying in tidy.go, from the item in the last answer */
  doomed[0] = (revision && DOOMED(0) -> stamp[0] : 0);
  doomed[1] = (revision && DOOMED(1) -> stamp[1] : 0);
  under = (revision && HIDES -> cleared : 0);
  until = (LAPSES -> AS_OF : 0);
  seen = (until -> revision : 0)
#if INFER
  ; doomed[2] = (revision && DOOMED(2) -> stamp[2] : 0);
#ifdef MUTANT_KEEP_OVERRULED
  overruled = 0;
#else
  overruled = (OVERRULED && doomed[2] == 0 -> stamp[2] : 0);
#endif
  cut()
#endif
}

#if INFER
#define TAKES_A (doomed[0] || doomed[2] || overruled)

inline cut() { /* removal.go: a write takes the whole of a key or nothing; the rest is for the next */
  if
  :: skip
  :: TAKES_A && doomed[1] -> doomed[1] = 0
  :: TAKES_A && doomed[1] -> doomed[0] = 0; doomed[2] = 0; overruled = 0
#ifdef MUTANT_COLLECT_STATED_ALONE
  :: doomed[0] && (doomed[2] || overruled) -> doomed[2] = 0; overruled = 0
#endif
  fi
}

inline take_off_inferred() {
#ifdef MUTANT_DROP_OVERRULED
  doomed[2] = MAX(doomed[2], overruled); /* the stamp goes with the value */
#endif
  emptied = (doomed[2] == 0 && (emptied || (overruled && stamp[2])));
  stamp[2] = (doomed[2] -> 0 : stamp[2])
}
#endif

inline no_delta() {
  fence = 0; want[0] = 0; want[1] = 0
#if INFER
  ; want[2] = 0; valueless = 0
#endif
}

inline forget() {
  no_delta(); doomed[0] = 0; doomed[1] = 0; under = 0; until = 0; seen = 0; landed = 0; lossy = 0
#if INFER
  ; doomed[2] = 0; overruled = 0
#endif
}

#ifdef MUTANT_NO_HORIZON
#define YOUNG(c) ((c) <= N)
#else
#define YOUNG(c) ((c) <= N && (c) > tooOld)
#endif
#define batch(c, d) :: YOUNG(c) && YOUNG(d) -> first = c; second = d

inline take_time() { /* for the next request: see README.md, Limits */
#ifdef LIMIT_FLOOR_WHEN_SENT
  sent = clock
#else
  skip
#endif
}

inline receive() { /* one change or two */
  if
  batch(1, 1) batch(1, 2) batch(1, 3) batch(1, 4) batch(2, 2)
  batch(2, 3) batch(2, 4) batch(3, 3) batch(3, 4) batch(4, 4)
  fi;
  held[me] = BIT(first) | BIT(second);
  take_time();
  printf("%d      takes %d and %d\n", me, first, second);
  fold(first);
  if :: second != first -> fold(second) :: else fi;
#ifdef MUTANT_ACK_FIRST
  waiting = waiting & ~held[me];
#endif
  first = 0; second = 0
}

inline crash() {
  atomic {
    printf("%d      crashes\n", me);
#if BY_HAND
    untidy = untidy || (removed && UNTIDY);
#endif
    held[me] = 0; forget()
  }
}

active [CONSUMERS] proctype apply() {
  byte first, second;  /* in receive alone */
  byte fence, want[REGISTERS]; /* the delta */
  byte doomed[REGISTERS], under, until, seen; /* what to tidy */
#if INFER
  bit valueless;      /* of the delta: want[2] is dead, and goes without its value */
  byte overruled; /* to tidy: the dead inference whose value alone goes */
#endif
  bit landed;
#ifdef LIMIT_FLOOR_WHEN_SENT
  byte sent;
#endif
  bit lossy; /* for the guarantees: parts of the delta were superseded, before somebody deleted the item */
  byte me = _pid;

idle:
  skip;
  do
  /* The two consumers are alike, so 0 always starts. */
  :: atomic { phase == merging && YOUNG(N) && (me == 0 || held[0]) -> receive(); goto upsert }
  :: phase != merging && phase != choosing -> goto done
  od;

upsert:
  skip; /* a goto from one atomic into another would not let other processes run between them */
  if
  :: atomic {
       if
       :: ABOVE_FENCE && ALL_NEWER ->
          printf("%d      upserts %d %d, fence %d\n", me, want[0], want[1], fence);
          land();
          if
          :: landed = 1; no_delta(); plan_tidying(); goto tidy
          :: printf("%d      does not hear of it, and asks again\n", me); goto upsert
          fi
       :: else ->
          drop_losers();
          take_time();
          if
          :: !NOTHING_WINS -> goto upsert
          :: else -> settle(); printf("%d      finds nothing new\n", me); plan_tidying(); goto tidy
          fi
       fi
     }
  :: crash(); goto idle
  fi;

tidy:
  skip;
  if
  :: atomic { NOTHING_TO_TIDY -> printf("%d      acknowledges\n", me); waiting = waiting & ~held[me]; held[me] = 0; forget(); goto idle }
  :: atomic { !NOTHING_TO_TIDY ->
       if
       :: revision && ALL_STILL && STILL_FENCED && UNREVISED ->
          stamp[0] = (doomed[0] -> 0 : stamp[0]);
          stamp[1] = (doomed[1] -> 0 : stamp[1]);
#if INFER
          printf("%d      tidies what was inferred: all %d, the value %d\n", me, doomed[2], overruled);
          take_off_inferred();
#endif
          expires = (until -> until : expires);
          printf("%d      tidies %d %d, expires %d\n", me, doomed[0], doomed[1], until);
#ifdef MUTANT_TIDYING_REVISES
          promise(9, (held[me] & ~merged) != 0);
          revise();
#endif
          stored();
          if :: plan_tidying() :: printf("%d      does not hear of it, and asks again\n", me) fi
       :: else -> plan_tidying()
       fi;
       goto tidy
     }
  :: crash(); goto idle
  fi;

done:
  skip
}

#define IN_FLIGHT (held[0] | held[1])
#ifdef MUTANT_NO_MARGIN
#define WITHIN_THE_DAY 0
#else
#define WITHIN_THE_DAY (IN_FLIGHT & BIT(retired + 1))
#endif

/* ---- time, and what SQS and DynamoDB do by themselves ---- */

active proctype environment() {
  do
  :: atomic { TIME && phase == merging && tooOld < N ->
       tooOld++;
       printf("time:  %d is too old from now on\n", tooOld) }
  /* A day lies between the two, and no consumer lives that long. */
  :: atomic { TIME && phase == merging && retired < tooOld && !WITHIN_THE_DAY ->
       retired++;
       printf("time:  %d need not be kept any more\n", retired) }
  :: atomic { phase == merging && revision && expires && expires <= retired ->
       printf("table: the item expires\n");
       promise(4, !SHOWS); /* nothing announces it */
       vanish();
       stored() }
  :: atomic { BY_HAND && phase == merging && revision && !removed -> delete_by_hand() }
  :: phase != merging && phase != choosing -> break
  od
}

/* ---- republish: consumers/republish_fold.go, events/announce.go ---- */

#ifdef MUTANT_ANNOUNCE_ALWAYS
#define UNCHANGED (to == 0)
#else
#define UNCHANGED (to == 0 || from == to)
#endif

#if BY_HAND && ANNOUNCE && N > 2
#error "a removal's record does not fit"
#endif
#define NEW(i) (record[i] % GONE)
#define OLD(i) ((i) && record[(i) - 1] < GONE -> record[(i) - 1] : 0)
#ifdef MUTANT_IGNORE_REMOVAL
#define SAYS_SOMETHING(i) (record[i] && record[i] < GONE)
#else
#define SAYS_SOMETHING(i) (record[i])
#endif
/* A removal that is announced ends its fold, and a record that makes an item starts one. What was removed without
 * an announcement is followed by such a record. Each fold of a batch is announced, given up and redelivered by
 * itself. So it makes no difference if the batch ends with its first fold. */
#ifdef MUTANT_FOLD_OVER_REMOVAL
#define ENDS_FOLD(i) (record[i] == 0)
#else
#ifdef MUTANT_FOLD_OVER_GAP
#define ENDS_FOLD(i) (record[i] >= GONE)
#else
#define ENDS_FOLD(i) (record[i] == 0 || record[i] >= GONE)
#endif
#endif
#ifdef MUTANT_REMOVAL_SHOWS_OLD
#define TARGET(i) (NEW(i) - record[i] / GONE)
#else
#define TARGET(i) NEW(i)
#endif
#ifdef MUTANT_REMOVAL_NOT_ERASED
#define ERASED (fences[to] > fences[from])
#else
#define ERASED (fences[to] > fences[from] || wiped)
#endif
#define EVERY (BIT(clock + 1) - 2)
#define SINCE(r) (BIT(to + 1) - BIT((r) + 1)) /* the revisions after r */

/* As clean does, after each batch and before the last phase. */
inline done_with() {
  i = 0;
  do
  :: i + 1 < at -> record[i] = 0; i++
  :: else -> break
  od
}

inline clean_stream() {
#if ANNOUNCE
  i = 0;
  do
  :: i < records -> record[i] = 0; i++
  :: else -> break
  od;
  i = 1;
  do
  :: i <= REVISIONS ->
     fences[i] = 0;
     if
     :: pending[i] || (PENDING & BIT(i)) -> skip
     :: else -> shown[2 * i] = 0; shown[2 * i + 1] = 0
     fi;
     i++
  :: else -> break
  od;
  i = 0;
#endif
  records = 0; erasing = 0; covered = 0; at = 0
}

active proctype republish() {
  byte at, end, i, from, to, folded, first;
  bit wiped;

  do
  :: atomic { phase == republishing && at < records ->
       select(end : at .. (records - 1));
       from = 0; to = 0; folded = 0; i = at;
       do
       :: i > end -> break
       :: else ->
          if
          :: SAYS_SOMETHING(i) ->
#ifndef MUTANT_FOLD_LAST
             if :: to -> skip :: else
#endif
                from = OLD(i); first = NEW(i)
#ifndef MUTANT_FOLD_LAST
             fi
#endif
             ; to = TARGET(i); folded = folded | BIT(NEW(i));
             wiped = record[i] >= GONE
          :: else
          fi;
          if
          :: ENDS_FOLD(i) -> end = i
          :: else
          fi;
          i++
       od;
       end++;
       if
       :: UNCHANGED -> at = end
       :: else ->
          if
#ifdef MUTANT_ADVANCE_FIRST
          :: printf("republish: advances, and crashes\n"); at = end
#endif
          :: printf("republish: announces %d to %d\n", from, to);
             promise(9, from < to);
#if BY_HAND
             promise(4, ERASED == ((erasing & SINCE(from -> from : first - 1)) != 0));
#endif
             pending[to] = pending[to] | BIT(from);
             covered = covered | folded;
             latest = latest || (folded & BIT(clock));
             if :: at = end :: printf("republish: crashes\n") fi
          :: printf("republish: gives up %d to %d\n", from, to);
#ifndef MUTANT_NO_LETTER
             covered = covered | folded;
#endif
             if :: at = end :: printf("republish: crashes\n") fi
          fi
       fi;
       done_with();
       end = 0; i = 0; from = 0; to = 0; folded = 0; first = 0; wiped = 0 }
  :: atomic { phase == republishing && at == records ->
       promise(4, (covered & EVERY) == EVERY);
       clean_stream();
       phase = following; break }
  od
}

/* ---- a subscriber: events/doc.go ---- */

#ifdef MUTANT_TAKE_ANY
#define TAKEN true
#else
#define TAKEN (to > copy)
#endif
#ifdef MUTANT_PATCH_BLINDLY
#define PATCHABLE true
#else
#define PATCHABLE (from == copy)
#endif

#define delivery(p, r) :: pending[r] & BIT(p) -> from = p; to = r
#define deliveries(r) delivery(0, r) delivery(1, r) delivery(2, r) delivery(3, r) delivery(4, r) delivery(5, r) delivery(6, r)

inline patch(k) { /* the announcement's changes */
  copied[k] = (shown[2 * from + k] != shown[2 * to + k] -> shown[2 * to + k] : copied[k])
}

active proctype subscriber() {
  byte from, to;

  do
  :: atomic { phase == following && PENDING ->
       if
       deliveries(1) deliveries(2) deliveries(3) deliveries(4) deliveries(5) deliveries(6) deliveries(7)
       fi;
       if
       :: TAKEN ->
          printf("subscriber: %d to %d, has %d\n", from, to, copy);
          if
          :: copied[0] = shown[2 * to]; copied[1] = shown[2 * to + 1]
          :: PATCHABLE -> patch(0); patch(1)
          fi;
          copy = to;
          promise(5, copied[0] == shown[2 * copy] && copied[1] == shown[2 * copy + 1])
       :: else
       fi;
       if /* it may be delivered again */
       :: pending[to] = pending[to] & ~BIT(from)
       :: skip
       fi;
       from = 0; to = 0 }
  :: atomic { phase == following && !PENDING ->
       promise(5, !latest || (copied[0] == shown[2 * clock] && copied[1] == shown[2 * clock + 1]));
       phase = over; break }
  od
}

/* ---- producers and the bus: DecodeChange in events/envelope.go ---- */

/* Two ticks make a second: the even one is its first millisecond, the odd one all its others. A change with an id
 * counts from the tick at which it was said. One without an id counts from the start of the second in which the bus
 * took it; if it only forgets, from the start of the next second. Stamps of one tick may be in either order. */
#define FORGETTER(c) (REPLACES(c) || !(SAYS(c, 0) == SET || SAYS(c, 1) == SET))
#ifdef MUTANT_ERASE_FROM_START
#define FROM_END(c) (FORGETTER(c) && !REPLACES(c))
#else
#ifdef MUTANT_UNSET_FROM_START
#define FROM_END(c) REPLACES(c)
#else
#ifdef MUTANT_ALL_FROM_END
#define FROM_END(c) true
#else
#define FROM_END(c) FORGETTER(c)
#endif
#endif
#endif

inline take(c) { /* any second that gives a stamp above those before */
  if
  :: tick = tick
  :: tick = tick + 1
  :: tick = tick + 2
  :: tick = tick + 3
  fi;
  if
  :: bare[c] = 0; second[c] = tick / 2 + 1
  :: tick % 2 == 0 -> bare[c] = 1; second[c] = tick / 2 + 1 - (FROM_END(c) -> 1 : 0)
  fi;
  printf("          taken in second %d, without an id: %d\n", second[c], bare[c])
}

#define MUST_COVER(e, c) (bare[e] && FORGETTER(e) && c != e && second[c] <= second[e] && \
  !(bare[c] && FORGETTER(c) && second[c] == second[e]))

/* From here on only this matters of the seconds. */
inline cover() {
  c = 1;
  do
  :: c <= N ->
     k = 1;
     do
     :: k <= N ->
        forgets[c] = forgets[c] | (MUST_COVER(c, k) -> BIT(k) : 0);
#ifdef LIMIT_NEXT_SECOND
        promise(3, !(bare[c] && REPLACES(c) && second[k] > second[c] && k < c));
#endif
        k++
     :: else -> break
     od;
     c++
  :: else -> break
  od;
  c = 1;
  do
  :: c <= N -> bare[c] = 0; second[c] = 0; c++
  :: else -> break
  od;
  tick = 0; k = 0
}

/* ---- once quiet ---- */

inline choose_origin(c) {
  if
  :: kind[c] = INFERRED(SET)
  :: kind[c] = KIND(0, UNSET, 0)
  :: kind[c] = KIND(0, SET, 0)
#if KINDS >= 4
  :: kind[c] = KIND(1, 0, 0)
#endif
#if KINDS >= 5
  :: kind[c] = KIND(0, UNSET, SET)
#endif
#if KINDS >= 7
  :: kind[c] = INFERRED(UNSET)
  :: kind[c] = KIND(0, 0, UNSET)
#endif
  fi;
  printf("          inferred about a: %d\n", SAYS(c, 2))
}

inline choose(c) {
#if INFER
  choose_origin(c)
#else
#if KINDS <= 5
  if
  :: kind[c] = KIND(0, SET, 0)
  :: kind[c] = KIND(0, UNSET, 0)
  :: kind[c] = KIND(1, 0, 0)
#if KINDS == 5
  :: kind[c] = KIND(0, SET, SET)
  :: kind[c] = KIND(1, 0, SET)
#endif
  fi
#else
  select(k : 1 .. 17);
  kind[c] = KIND(k % 2, (k / 2) % 3, k / 6)
#endif
#endif
  ; printf("change %d: replace %d, a %d, b %d\n", c, REPLACES(c), SAYS(c, 0), SAYS(c, 1))
}

/* The merge as the contract defines it, over changes in the order of their stamps. */
inline remember(c) {
  if
  :: REPLACES(c) ->
     want[0] = 0; want[1] = 0; last[0] = c; last[1] = c
#if INFER
     ; want[2] = 0; last[2] = c
#endif
  :: else
  fi;
#if INFER /* what is stated forgets what was inferred */
  if :: SAYS(c, 0) -> want[2] = 0 :: else fi;
  if :: SAYS(c, 2) -> want[2] = (SAYS(c, 2) == SET -> c : 0); last[2] = c :: else fi;
#endif
  if :: SAYS(c, 0) -> want[0] = (SAYS(c, 0) == SET -> c : 0); last[0] = c :: else fi;
  if :: SAYS(c, 1) -> want[1] = (SAYS(c, 1) == SET -> c : 0); last[1] = c :: else fi
}

/* After a removal, the same over what was stored since then. */
inline remember_since(k) {
  want[k] = (SAYS(most[k], k) == SET && most[k] >= fenced -> most[k] : 0);
  last[k] = MAX(most[k], fenced)
}

#if INFER
inline infer_since() {
  remember_since(2);
  want[2] = (hollow || most[2] <= most[0] -> 0 : want[2])
}

#define EXPECTED (want[0] -> want[0] : want[2])
#define ALL_KEPT(c) (KEPT(c, 0) && KEPT(c, 1) && KEPT(c, 2))
#else
#define EXPECTED want[0]
#define ALL_KEPT(c) (KEPT(c, 0) && KEPT(c, 1))
#endif
#define KEPT(c, k) (SAYS(c, k) == 0 || stamp[k] >= c || (stamp[k] == 0 && want[k] == 0 && last[k] <= retired))
#define REFLECTED(c) (cleared > c || ((!REPLACES(c) || cleared >= c || c <= retired) && ALL_KEPT(c)))

/* Clears what later phases do not read, so that equal histories become one state. */
inline clean() {
  c = 1;
  do
  :: c <= N -> kind[c] = 0; forgets[c] = 0; c++
  :: else -> break
  od;
  c = 0; want[0] = 0; want[1] = 0; last[0] = 0; last[1] = 0;
  vanish();
#if !ANNOUNCE
  clock = 0; shown[0] = 0; shown[1] = 0;
#endif
  waiting = 0; merged = 0; fenced = 0; tooOld = 0; retired = 0;
  removed = 0; gone = 0; untidy = 0; most[0] = 0; most[1] = 0
#if INFER
  ; want[2] = 0; last[2] = 0; most[2] = 0; hollow = 0
#endif
}

/* The replace that would have removed it was given up: see README.md, Limits. */
#ifdef LIMIT_REMOVAL
#define EXCUSED false
#else
#define EXCUSED (DEAD(cleared) || untidy)
#endif
#ifdef LIMIT_REMOVAL_OF_VALUE /* the same for the value of an inference */
#define VALUE_EXCUSED false
#else
#define VALUE_EXCUSED (DEAD(stamp[0]) || DEAD(stamp[2]) || untidy)
#endif

active proctype observer() {
  byte c, k, want[REGISTERS], last[REGISTERS];
#if SECONDS
  byte tick, second[N + 1];
  bit bare[N + 1];
#endif

  atomic {
    c = 1;
    do
    :: c <= N ->
       choose(c);
#if SECONDS
       take(c);
#endif
       c++
    :: else -> break
    od;
#if SECONDS
    cover();
#endif
    c = 0; k = 0;
    phase = merging
  }
  atomic {
    phase == merging && IN_FLIGHT == 0;
    printf("quiet, dead letters %d\n", waiting);
    c = 1;
    do
    :: c <= N ->
       if /* given up before it was stored: it has no effect */
       :: DEAD(c) && !(merged & BIT(c))
       :: else -> remember(c)
       fi;
       c++
    :: else -> break
    od;
#if BY_HAND
    if
    :: removed ->
       remember_since(0); remember_since(1)
#if INFER
       ; infer_since()
#endif
    :: else
    fi;
#endif
    c = 1;
    do
    :: c <= N -> promise(2, DEAD(c) || (gone & BIT(c)) || REFLECTED(c)); c++
    :: else -> break
    od;
#if SECONDS
    c = 1;
    do
    :: c <= N ->
       if
       :: merged & BIT(c) ->
          promise(3, !REPLACES(c) || !(forgets[c] & (BIT(SHOWN(0)) | BIT(SHOWN(1)))));
          promise(1, SAYS(c, 0) != UNSET || !(forgets[c] & BIT(SHOWN(0))));
          promise(1, SAYS(c, 1) != UNSET || !(forgets[c] & BIT(SHOWN(1))))
       :: else
       fi;
       c++
    :: else -> break
    od;
#endif
    promise(1, SHOWN(0) == EXPECTED && SHOWN(1) == want[1]);
    promise(3, EXCUSED || !HIDES);
#if INFER
    promise(3, VALUE_EXCUSED || !OVERRULED);
#endif
    promise(3, waiting || untidy || !LAPSES);
    clean();
    phase = republishing
  }
}
