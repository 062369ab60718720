/* Three CPUs pin a page whose count has room for one pin more: counters.pin.
   BUG refuses by the exact limit instead of by sign: bug-overflow-exact. */

#define BIAS 1024
#define INT_MAX 2147483647

int refcount = 2147482000;
int acquired;
bool has_pinned, warned;
byte pinned;
byte ended;

inline pin() {
	if
	:: has_pinned
	:: !has_pinned -> has_pinned = true
	fi;
	count = refcount;
	if
#ifdef BUG
	:: count >= 0 && INT_MAX - count < BIAS -> warned = true
#else
	:: count < 0 -> warned = true
#endif
	:: else ->
		d_step {
			refcount != 0 -> refcount = refcount + 1
		}
		refcount = refcount + BIAS - 1;
		acquired++;
		pinned++
	fi
}

inline end() {
	d_step {
		ended++;
		assert(ended < 3 || pinned < PINS)
	}
}

active proctype first() {
	int count;

	pin();
	pin();
	pin();
	end()
}

active [2] proctype other() {
	int count;

	pin();
	end()
}
