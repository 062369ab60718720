/* A direct read of K pages and one beyond the end into a pipe: pipe-K.pin. The
   reader takes the last page back while the disk may still write to it, and
   another task needs a page. BUG leaves out the references of the bio: version 8
   of the series that extracts pages. */

#define PAGES (K + 1)
#define FRAMES (K + 2)
#define SECRET 115

byte free[FRAMES], top;
bool zone_lock, queue_lock, queued, waiting, done;
byte refcount[FRAMES], data[FRAMES];
bool buddy[FRAMES];
byte page[PAGES];
byte dio_ref = 1;
byte ended, mine;

inline lock(it) { atomic { !it -> it = true } }

inline alloc(frame) {
	atomic {
		!zone_lock -> zone_lock = true;
		top--;
		frame = free[top]
	}
	d_step {
		zone_lock = false;
		buddy[frame] = false;
		data[frame] = 0
	}
	refcount[frame] = 1
}

inline put(frame) {
	d_step {
		refcount[frame]--;
		gone = refcount[frame] == 0;
		if
		:: gone -> buddy[frame] = true; data[frame] = 170
		:: else
		fi
	}
	if
	:: gone ->
		atomic {
			!zone_lock -> zone_lock = true;
			free[top] = frame;
			top++
		}
		zone_lock = false
	:: else
	fi
}

inline end() {
	atomic {
		ended++;
		assert(ended < 3 || data[mine] == SECRET)
	}
}

proctype reader() {
	byte i;
	bool gone;

	i = 0;
	do
	:: i == PAGES -> break
	:: else ->
		alloc(page[i]);
#ifndef BUG
		refcount[page[i]]++;
#endif
		i++
	od;
	dio_ref++;
	lock(queue_lock);
	d_step { queued = true; queue_lock = false }
	data[page[K]] = 0;
	put(page[K]);
	waiting = true;
	d_step { dio_ref--; gone = dio_ref == 0 }
	if
	:: gone
	:: else -> done
	fi;
	end()
}

proctype task() {
	byte frame;

	alloc(frame);
	d_step { data[frame] = SECRET; mine = frame }
	end()
}

proctype disk() {
	byte i;
	bool gone;

	queued;
	lock(queue_lock);
	d_step { queued = false; queue_lock = false }
	i = 0;
	do
	:: i == PAGES -> break
	:: else ->
		atomic { assert(!buddy[page[i]]); data[page[i]] = 70; i++ }
	od;
	atomic { dio_ref--; gone = dio_ref == 0 }
	if
	:: gone ->
		waiting;
		done = true
	:: else
	fi;
#ifndef BUG
	i = 0;
	do
	:: i == PAGES -> break
	:: else -> put(page[i]); i++
	od;
#endif
	end()
}

init {
	byte i;

	d_step {
		do
		:: i == FRAMES -> break
		:: else -> free[i] = FRAMES - 1 - i; i++
		od;
		top = FRAMES
	}
	atomic { run reader(); run task(); run disk() }
}
