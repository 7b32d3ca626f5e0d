/*
 * Process 1 of a container with --init, for x86-64: InitCode.java holds its bytes and puts an ELF header before them.
 *
 * Arguments: a title, the path of a program, its arguments. Descriptor 3 is a pipe that gets the error number if the
 * program cannot be executed, and nothing if it can. Signals are forwarded to the program, orphans are reaped, and the
 * exit code is the program's, or 128 and the signal that ended it. There is no data: what is written is on the stack.
 */
    .set NR_write, 1
    .set NR_close, 3
    .set NR_rt_sigprocmask, 14
    .set NR_ioctl, 16
    .set NR_getpid, 39
    .set NR_clone, 56
    .set NR_execve, 59
    .set NR_wait4, 61
    .set NR_kill, 62
    .set NR_fcntl, 72
    .set NR_setpgid, 109
    .set NR_rt_sigtimedwait, 128
    .set NR_prctl, 157
    .set NR_exit_group, 231

    .set SIG_SETMASK, 2
    .set SIGCHLD, 17
    .set F_SETFD, 2
    .set FD_CLOEXEC, 1
    .set TIOCSPGRP, 0x5410
    .set PR_SET_NAME, 15
    .set WNOHANG, 1
    .set CLONE_VM_VFORK_SIGCHLD, 0x4100+SIGCHLD
    .set PIPE, 3
    .set NOT_FOUND, 127

    /* On the stack: two signal masks, and a word for what system calls answer. */
    .set ALL, 0
    .set NONE, 8
    .set WORD, 16
    .set STACK, 32

    .text
start:
    mov (%rsp), %rax
    lea 8(%rsp), %r12               /* arguments */
    lea 16(%rsp,%rax,8), %r13       /* environment */
    sub $STACK, %rsp
    movq $-1, ALL(%rsp)
    movq $0, NONE(%rsp)
    mov $PR_SET_NAME, %edi
    lea name(%rip), %rsi
    mov $NR_prctl, %eax
    syscall
    mov $PIPE, %edi
    mov $F_SETFD, %esi
    mov $FD_CLOEXEC, %edx
    mov $NR_fcntl, %eax
    syscall
    lea ALL(%rsp), %rsi
    call mask
    mov $CLONE_VM_VFORK_SIGCHLD, %edi
    xor %esi, %esi
    mov $NR_clone, %eax
    syscall
    test %rax, %rax
    js failed
    jz child
    mov %rax, %rbx                  /* the program */
    mov $PIPE, %edi
    mov $NR_close, %eax
    syscall
    xor %r15d, %r15d                /* whether it has ended, and how */

forward:
    mov %rsp, %rdi
    xor %esi, %esi
    xor %edx, %edx
    mov $8, %r10d
    mov $NR_rt_sigtimedwait, %eax
    syscall
    test %rax, %rax
    js forward
    cmp $SIGCHLD, %eax
    je reap
    mov %ebx, %edi
    mov %eax, %esi
    mov $NR_kill, %eax
    syscall
    jmp forward

reap:
    mov $-1, %rdi
    lea WORD(%rsp), %rsi
    mov $WNOHANG, %edx
    xor %r10d, %r10d
    mov $NR_wait4, %eax
    syscall
    cmp %rbx, %rax
    jne 1f
    mov WORD(%rsp), %r14d
    mov $1, %r15d
1:
    test %rax, %rax
    jg reap
    test %r15d, %r15d
    jz forward
    mov %r14d, %edi
    and $0x7f, %edi
    jnz 2f
    shr $8, %r14d
    movzbl %r14b, %edi
    jmp leave
2:
    add $128, %edi
leave:
    mov $NR_exit_group, %eax
    syscall
    hlt

/* Has our memory until it executes, and leaves the stack above us alone. */
child:
    xor %edi, %edi
    xor %esi, %esi
    mov $NR_setpgid, %eax
    syscall
    mov $NR_getpid, %eax
    syscall
    mov %eax, WORD(%rsp)
    xor %edi, %edi                  /* the foreground of the terminal, if it is one */
    mov $TIOCSPGRP, %esi
    lea WORD(%rsp), %rdx
    mov $NR_ioctl, %eax
    syscall
    lea NONE(%rsp), %rsi
    mov $SIG_SETMASK, %edi
    xor %edx, %edx
    mov $8, %r10d
    mov $NR_rt_sigprocmask, %eax
    syscall
    mov 8(%r12), %rdi
    lea 16(%r12), %rsi
    mov %r13, %rdx
    mov $NR_execve, %eax
    syscall
failed:
    neg %eax
    mov %eax, WORD(%rsp)
    mov $PIPE, %edi
    lea WORD(%rsp), %rsi
    mov $4, %edx
    mov $NR_write, %eax
    syscall
    mov $NOT_FOUND, %edi
    jmp leave

mask:
    mov $SIG_SETMASK, %edi
    xor %edx, %edx
    mov $8, %r10d
    mov $NR_rt_sigprocmask, %eax
    syscall
    ret

name:
    .asciz "tailrace-init"
