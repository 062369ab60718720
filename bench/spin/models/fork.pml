/* GUP-fast pins K pages for writing while another thread forks: fork-K.pin.
   A step of pintutor that the other CPU can notice is a statement here; what
   only one of the two touches is left out. BUG leaves out the second look at
   the counter of forks: bug-fork-unnoticed. */

#define BIAS 1024

bool writable[K] = true;
bool exclusive[K] = true;
int refcount[K] = 1;
bool has_pinned;
byte write_protect_seq;
byte pinned;
byte ended;

inline end() {
	byte page;
	d_step {
		ended++;
		if
		:: ended == 2 && pinned == K ->
			page = 0;
			do
			:: page < K -> assert(exclusive[page]); page++
			:: else -> break
			od
		:: else
		fi
	}
}

active proctype gup() {
	byte seq, i;
	bool entry;
	int count;

	if
	:: has_pinned
	:: !has_pinned -> has_pinned = true
	fi;
	seq = write_protect_seq;
	if
	:: seq & 1 -> goto out
	:: else
	fi;
walk:
	do
	:: i == K -> break
	:: else ->
		entry = writable[i];
		if
		:: !entry -> break
		:: else
		fi;
		count = refcount[i];
		if
		:: count < 0 -> break
		:: else
		fi;
		d_step {
			refcount[i] != 0 -> refcount[i] = refcount[i] + 1
		}
		refcount[i] = refcount[i] + BIAS - 1;
		if
		:: writable[i] != entry ->
			refcount[i] = refcount[i] - BIAS;
			break
		:: else
		fi;
		i++
	od;
	pinned = i;
#ifndef BUG
	if
	:: write_protect_seq != seq ->
		do
		:: i > 0 -> i--; refcount[i] = refcount[i] - BIAS
		:: else -> break
		od;
		pinned = 0
	:: else
	fi;
#endif
out:
	end()
}

active proctype fork() {
	byte i;
	bool flag;
	int count;

	write_protect_seq++;
	do
	:: i == K -> break
	:: else ->
		refcount[i]++;
		flag = has_pinned;
		count = 0;
		if
		:: flag -> count = refcount[i]
		:: else
		fi;
		if
		:: count >= BIAS -> refcount[i]--
		:: else ->
			exclusive[i] = false;
			writable[i] = false
		fi;
		i++
	od;
	write_protect_seq++;
	end()
}
